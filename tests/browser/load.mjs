// What it costs the service that somebody looks: load with and without, in turns.
//
// A plain client that asks what the page asks shows the cost to the service alone, in processor time: a browser on the same
// machine takes its own share, which is measured too, as time that passes.

import { readFileSync, readdirSync } from 'node:fs';

import { Browser } from './browser.mjs';
import { startSandbox } from './sandbox.mjs';

const PAIRS = 15;
const REQUESTS = 400;

/** The most that looking may cost: the median of the pairs. */
const MOST = 1.1;

const sandbox = await startSandbox();
const browser = await Browser.start({ aside: true });
try {
  await sandbox.fill(200, 2000);
  await load();
  const figures = [
    await compare('stream alone, plain client', () => listen([])),
    await compare('requests and orders, plain client', () => listen(['state?table=orders&limit=60'])),
    await compare('page at Requests', () => open('requests')),
    await compare('page at Orders', () => open('orders')),
  ];
  process.exitCode = figures.every((figure) => figure <= MOST) ? 0 : 1;
} finally {
  await browser.stop();
  await sandbox.stop();
}

/** Measures pairs with and without a looker; gives the larger of the two medians. */
async function compare(name, look) {
  const ratios = { time: [], processor: [] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Who comes first changes, so that what drifts falls on both.
    const seen = {};
    for (const isLooking of pair % 2 === 0 ? [true, false] : [false, true]) {
      const stop = isLooking ? await look() : () => {};
      seen[isLooking] = await load();
      await stop();
    }
    for (const [kind, list] of Object.entries(ratios)) list.push(seen.true[kind] / seen.false[kind]);
  }
  const [time, processor] = [median(ratios.time), median(ratios.processor)];
  console.log(`${name}: time ${time.toFixed(3)}, processor of the service ${processor.toFixed(3)} (medians of ${PAIRS} pairs)`);
  // A plain client takes the processor from nobody but the service.
  return name.startsWith('page') ? time : processor;
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

async function open(view) {
  const page = await browser.open(`${sandbox.root}/#/${view}`);
  await page.locator('.live[data-live="true"]').waitFor();
  return () => page.close();
}

/** Reads the stream as the page does and, while it tells of something, asks for these once a second. */
async function listen(paths) {
  const { sequence } = await (await fetch(`${sandbox.root}/admin/exchanges?last=1`)).json();
  const end = new AbortController();
  const answer = await fetch(`${sandbox.root}/admin/events?after=${sequence}`, { signal: end.signal });
  const timer = setInterval(async () => {
    for (const path of paths) await (await fetch(`${sandbox.root}/admin/${path}`)).arrayBuffer();
  }, 1000);
  const reading = (async () => {
    try {
      for await (const piece of answer.body) if (piece.length === 0) break;
    } catch (error) {
      if (error.name !== 'AbortError') throw error;
    }
  })();
  return async () => {
    clearInterval(timer);
    end.abort();
    await reading;
  };
}

/** Processor time of the sandbox's threads, in milliseconds. */
function processor() {
  const tasks = `/proc/${sandbox.child.pid}/task`;
  let sum = 0;
  for (const task of readdirSync(tasks)) {
    try {
      sum += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // It has just ended.
    }
  }
  return sum / 1e6;
}

/** Requests one after another, as a batch job sends them; gives the time that passes, and that of the service's threads. */
async function load() {
  const [start, before] = [performance.now(), processor()];
  for (let index = 0; index < REQUESTS; index += 1) {
    if (index % 2 === 0) await sandbox.sendOrder(`L-${index}`);
    else await sandbox.send('GetInventoryByQuery', '<GetInventoryQuery><ArticleNumbersToGet><string>MUG-RED</string></ArticleNumbersToGet></GetInventoryQuery>');
  }
  return { time: performance.now() - start, processor: processor() - before };
}
