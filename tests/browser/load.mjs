// What it costs the service that somebody looks: load with and without an open page, in turns.

import { Browser } from './browser.mjs';
import { startSandbox } from './sandbox.mjs';

const PAIRS = 15;
const REQUESTS = 400;

/** The most that looking may cost. */
const MOST = 1.1;

const sandbox = await startSandbox();
const browser = await Browser.start({ aside: true });
try {
  await sandbox.fill(200, 2000);
  await load();
  const ratios = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Who comes first changes, so that what drifts falls on both.
    const times = {};
    for (const isOpen of pair % 2 === 0 ? [true, false] : [false, true]) {
      const page = isOpen ? await browser.open(`${sandbox.root}/#/requests`) : undefined;
      await page?.locator('.live[data-live="true"]').waitFor();
      times[isOpen] = await load();
      await page?.close();
    }
    ratios.push(times.true / times.false);
    console.log(`without ${times.false.toFixed(0)} ms, with ${times.true.toFixed(0)} ms: ${ratios.at(-1).toFixed(3)}`);
  }
  ratios.sort((one, other) => one - other);
  const median = ratios[Math.floor(PAIRS / 2)];
  console.log(`median of ${PAIRS} pairs: ${median.toFixed(3)}`);
  process.exitCode = median <= MOST ? 0 : 1;
} finally {
  await browser.stop();
  await sandbox.stop();
}

/** Requests one after another, as a batch job sends them; gives the time in milliseconds. */
async function load() {
  const start = performance.now();
  for (let index = 0; index < REQUESTS; index += 1) {
    if (index % 2 === 0) await sandbox.sendOrder(`L-${index}`);
    else await sandbox.send('GetInventoryByQuery', '<GetInventoryQuery><ArticleNumbersToGet><string>MUG-RED</string></ArticleNumbersToGet></GetInventoryQuery>');
  }
  return performance.now() - start;
}
