// A person's round through the page, in a warehouse that is in use: 1,000 orders and 2,000 exchanges.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { Browser, axe } from './browser.mjs';
import { Line } from './line.mjs';
import { startSandbox } from './sandbox.mjs';

/** The longest that a view may take to show itself, in milliseconds: the median of five times. */
const VIEW = 200;

/** A test that hangs has failed. */
const LIMIT = { timeout: 60_000 };

const HOSTILE = '<img src=x onerror=alert(1)>"\'`$(id)</textarea><script>alert(2)</script>';

let sandbox;
let browser;

before(async () => {
  [sandbox, browser] = await Promise.all([startSandbox(), Browser.start()]);
  await sandbox.fill(1000, 2000);
});

after(async () => {
  await browser?.stop();
  await sandbox?.stop();
});

/** A tab of its own, in which nothing may go wrong. */
async function tab(place, work) {
  const page = await browser.open(`${sandbox.root}/#/${place}`);
  try {
    await page.locator('.live[data-live="true"]').waitFor();
    await work(page);
    assert.deepEqual(page.problems, []);
  } finally {
    await page.close();
  }
}

const view = (page, name) => page.locator('nav').getByRole('link', { name, exact: true }).click();
const detail = (page) => page.locator('.detail');

/** Copies by a button, and gives what is in the clipboard then. */
async function copied(page, name) {
  const button = page.getByRole('button', { name, exact: true });
  await button.click();
  await page.getByRole('button', { name: 'Copied' }).first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

test('a person connects, sends, works and sees it', LIMIT, async () => {
  await tab('connect', async (page) => {
    // Connect: what is to be copied works in a shell as it is.
    const exports = await copied(page, 'Copy sh');
    const answer = await sandbox.shell(`${exports}\nongoing call GetOrderStatuses`);
    assert.equal(answer.code, 0, answer.stderr);
    assert.match(answer.stdout, /Released/);
    await page.getByText('Connected: GetOrderStatuses').waitFor();
    await page.getByRole('tab', { name: 'curl' }).click();
    const curl = await sandbox.shell(`${exports}\n${await copied(page, 'Copy curl')}`);
    assert.match(curl.stdout, /Released/, curl.stderr);

    // Send, and see it arrive without loading anything again.
    await view(page, 'Requests');
    await sandbox.sendOrder('ROUND-1', { remark: HOSTILE, count: 2 });
    const row = page.locator('a.request', { hasText: 'ProcessOrder' }).first();
    await row.getByText('ROUND-1').waitFor();
    await row.click();

    // Request and answer.
    const request = detail(page).getByRole('region', { name: 'Request, body' });
    await request.getByText('<GoodsOwnerOrderNumber>').waitFor();
    assert.match(await request.innerText(), /<Password>\*\*\*<\/Password>/);
    assert.match(await detail(page).getByRole('region', { name: 'Answer, body' }).innerText(), /<Success>true<\/Success>/);
    assert.ok(!(await page.content()).includes(sandbox.about.password));

    // The copies send the same again.
    for (const name of ['Copy as curl', 'Copy as ongoing call']) {
      const again = await sandbox.shell(`${exports}\n${await copied(page, name)}`);
      assert.equal(again.code, 0, `${name}: ${again.stderr}`);
      assert.match(again.stdout, /Success"?(>|: )true/, `${name}: ${again.stdout}`);
    }
    assert.match(await copied(page, 'Copy as zeep'), /client\.service\.ProcessOrder\([^]*Password=os\.environ\["ONGOING_PASSWORD"\]/);

    // From the exchange to the order; allocate, pick, ship, and see the tracking number.
    await detail(page).getByRole('link', { name: 'order ROUND-1' }).click();
    await detail(page).getByRole('heading', { name: 'ROUND-1' }).waitFor();
    await detail(page).getByRole('button', { name: 'Allocate', exact: true }).click();
    await detail(page).getByText('320 Allocated').waitFor();
    await detail(page).getByRole('button', { name: 'Pick', exact: true }).click();
    await detail(page).getByText('400 Picked').waitFor();
    await detail(page).getByRole('button', { name: 'Ship with options' }).click();
    await page.getByRole('dialog').getByLabel('Tracking').fill('TRACK-77');
    await page.getByRole('dialog').getByRole('button', { name: 'Ship' }).click();
    await detail(page).getByText('450 Sent').waitFor();
    await detail(page).locator('.facts').getByText('TRACK-77').waitFor();
    assert.match(await detail(page).locator('svg.life').getAttribute('aria-label'), /Allocated: 20.*Picked: 20.*Sent: 20.*Collected: not yet/);
    assert.match(await sandbox.send('GetOrderByOrderNumber', '<OrderNumber>ROUND-1</OrderNumber>'), /TRACK-77/);

    // Take the last step back.
    await page.locator('.toast', { hasText: 'Ship ROUND-1' }).getByRole('button', { name: 'Undo' }).click();
    await detail(page).getByText('400 Picked').waitFor();

    // Receive a part of an in-order.
    await view(page, 'In-orders');
    await page.getByRole('link', { name: 'PO-503', exact: true }).click();
    await detail(page).getByRole('button', { name: 'Receive with options' }).click();
    const number = page.getByRole('dialog').getByLabel(/BOWL-OAK/);
    assert.equal(await number.inputValue(), '48');
    await number.fill('40');
    await page.getByRole('dialog').getByRole('button', { name: 'Receive' }).click();
    await detail(page).getByRole('cell', { name: '40', exact: true }).waitFor();
  });
});

test('disturbances and refusals are added, met and removed', LIMIT, async () => {
  await tab('disturbances', async (page) => {
    const form = page.getByRole('form', { name: 'Add a disturbance' });
    await form.getByRole('radio', { name: /^status/ }).check();
    await form.getByLabel('Operation').fill('GetOrderStatuses');
    await form.getByLabel('Code').fill('502');
    await form.getByRole('button', { name: 'Add the disturbance' }).click();
    await page.locator('.disturbance', { hasText: 'the next request' }).getByText('GetOrderStatuses').first().waitFor();
    assert.match(await sandbox.send('GetOrderStatuses', ''), /Simulated failure of the service/);
    await page.getByText('None: requests are answered as they come.').waitFor();
    await view(page, 'Requests');
    const row = page.locator('a.request').first();
    await row.getByText('disturbed', { exact: true }).waitFor();
    await row.click();
    await detail(page).getByText('the request was not carried out').waitFor();

    await view(page, 'Disturbances');
    const refusal = page.getByRole('form', { name: 'Refuse a request' });
    await refusal.getByLabel('Operation').fill('ProcessOrder');
    await refusal.getByLabel('Text').fill(HOSTILE);
    await refusal.getByRole('button', { name: 'Add the refusal' }).click();
    await page.locator('.disturbance').getByText('ProcessOrder').first().waitFor();
    await assert.rejects(sandbox.sendOrder('REFUSED-1'), /not accepted/);
    await view(page, 'Requests');
    await page.locator('a.request').first().getByText(HOSTILE).waitFor();

    await view(page, 'Disturbances');
    await form.getByRole('radio', { name: /^garbage/ }).check();
    await form.getByRole('button', { name: 'Add the disturbance' }).click();
    await page.locator('.disturbance').getByRole('button', { name: /^Remove/ }).click();
    await page.getByText('None: requests are answered as they come.').waitFor();
  });
});

test('a request that is none says why', LIMIT, async () => {
  await tab('requests', async (page) => {
    await sandbox.send('GetOrderStatuses', '', { SOAPAction: `"${sandbox.about.namespace}/GetOrder"` });
    const row = page.locator('a.request').first();
    await row.getByText('invalid').waitFor();
    await row.click();
    await detail(page).locator('.note').getByText(/GetOrderStatuses/).first().waitFor();
  });
});

test('an operation is tried', LIMIT, async () => {
  await tab('operations/GetOrderStatuses', async (page) => {
    await detail(page).getByRole('button', { name: 'Send' }).click();
    await detail(page).locator('.result').getByText('Released').first().waitFor();
    await page.getByLabel('Filter operations').fill('ProcessOrder');
    await page.getByRole('link', { name: /^ProcessOrder/ }).click();
    await detail(page).getByRole('tab', { name: /^Members/ }).click();
    await detail(page).getByRole('row', { name: /GoodsOwnerOrderNumber.*50/ }).first().waitFor();
  });
});

test('the warehouse is reset', LIMIT, async () => {
  await tab('orders', async (page) => {
    await page.locator('.bar .count').getByText(/ of 1\d\d\d$/).waitFor();
    await page.getByRole('button', { name: 'Reset and snapshots' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('full');
    await dialog.getByRole('button', { name: 'Save a snapshot' }).click();
    await dialog.getByText('full').waitFor();
    await dialog.getByRole('button', { name: 'Reset the warehouse' }).click();
    await page.locator('.bar .count').getByText('7', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Reset and snapshots' }).click();
    await page.getByRole('button', { name: 'Restore full' }).click();
    await page.locator('.bar .count').getByText(/ of 1\d\d\d$/).waitFor();
  });
});

test('every view is shown in a moment', LIMIT, async () => {
  await tab('connect', async (page) => {
    const views = [['requests', 'a.request'], ['orders', '.grid tbody tr'], ['articles', '.grid tbody tr'], ['orders/F-500', '.detail .plain'], ['operations', '.group a']];
    for (const [place, shown] of views) {
      const times = [];
      for (let round = 0; round < 5; round += 1) {
        await page.evaluate(() => { location.hash = '#/connect'; });
        await page.locator('.snippet').waitFor();
        times.push(await page.evaluate(async ([hash, selector]) => {
          const start = performance.now();
          location.hash = hash;
          while (document.querySelector(selector) === null && performance.now() < start + 5000) await new Promise((done) => setTimeout(done, 1));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return performance.now() - start;
        }, [`#/${place}`, shown]));
      }
      times.sort((one, other) => one - other);
      assert.ok(times[2] < VIEW, `${place}: ${times.map(Math.round).join(', ')} ms`);
    }
    // All 2,000 are there, though only those in sight have elements.
    await view(page, 'Requests');
    const list = page.locator('.window');
    assert.ok((await page.locator('a.request').count()) < 80);
    await list.evaluate((element) => { element.scrollTop = element.scrollHeight; });
    await page.locator('li[aria-posinset="2000"]').waitFor();
    await page.getByLabel('Filter exchanges by text').fill('F-777');
    await page.locator('a.request').getByText('F-777').waitFor();
  });
});

test('nothing is lost when the stream breaks', LIMIT, async () => {
  const line = await Line.to(sandbox.port);
  const page = await browser.open(`${line.root}/#/requests`);
  try {
    await page.locator('.live[data-live="true"]').waitFor();
    line.cut();
    await page.locator('.live[data-live="false"]').waitFor();
    for (let index = 0; index < 20; index += 1) await sandbox.sendOrder(`BREAK-${index}`);
    line.mend();
    await page.locator('.live[data-live="true"]').waitFor();
    await page.getByLabel('Filter exchanges by text').fill('BREAK-');
    await page.locator('.bar .count').getByText(/^20 of/).waitFor();
  } finally {
    await page.close();
    line.close();
  }
});

test('another run of the sandbox replaces what the page knew', LIMIT, async () => {
  let other = await startSandbox();
  const page = await browser.open(`${other.root}/#/requests`);
  try {
    await other.sendOrder('OLD-1');
    await other.sendOrder('OLD-2');
    await page.locator('a.request').getByText('OLD-2').waitFor();
    await other.stop();
    await page.locator('.live[data-live="false"]').waitFor();
    other = await startSandbox({ port: other.port });
    await page.locator('.live[data-live="true"]').waitFor();
    await other.sendOrder('NEW-1');
    await page.locator('a.request').getByText('NEW-1').waitFor();
    assert.equal(await page.locator('a.request').getByText('OLD-').count(), 0);
  } finally {
    await page.close();
    await other.stop();
  }
});

test('a hidden page leaves the sandbox alone, and shows what came when it is seen again', LIMIT, async () => {
  await tab('requests', async (page) => {
    const hide = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await hide(true);
    await page.waitForTimeout(5500);
    await sandbox.sendOrder('UNSEEN-1');
    await page.waitForTimeout(700);
    assert.equal(await page.locator('a.request').getByText('UNSEEN-1').count(), 0);
    await hide(false);
    await page.locator('a.request').getByText('UNSEEN-1').waitFor();
    await sandbox.sendOrder('SEEN-1');
    await page.locator('a.request').getByText('SEEN-1').first().waitFor();
  });
});

test('it works by keyboard alone', LIMIT, async () => {
  await tab('requests', async (page) => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await page.keyboard.press('/');
    await page.keyboard.type('ProcessOrder');
    await page.keyboard.press('Escape');
    await page.locator('a.request').first().focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate(() => document.activeElement.parentNode.getAttribute('aria-posinset')), '2');
    await page.keyboard.press('Enter');
    await detail(page).getByRole('button', { name: 'Send again' }).waitFor();
    await page.keyboard.press('Escape');
    await detail(page).waitFor({ state: 'hidden' });
  });
});

test('a screen reader and a narrow window get the whole page', LIMIT, async () => {
  await tab('requests', async (page) => {
    const newest = await page.locator('a.request').first().getAttribute('href');
    const places = ['requests', newest.slice(2), 'orders/1006', 'articles/MUG-RED', 'disturbances', 'connect', 'operations/GetOrderStatuses'];
    for (const [width, colorScheme] of [[1920, 'light'], [1920, 'dark'], [360, 'light'], [360, 'dark']]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      // The layout is that of the width, and the colours are those of the scheme: every other view is enough for the rest.
      const isWhole = (width === 1920) === (colorScheme === 'light');
      for (const place of places.filter((_, index) => isWhole || index % 3 === 0)) {
        await page.goto(`${sandbox.root}/#/${place}`);
        await page.waitForFunction(() => !/Loading/.test(document.getElementById('main').innerText));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(serious.map(({ id, nodes }) => `${place} at ${width}: ${id} ${nodes[0].html}`), []);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(beyond <= 0, `${place} is ${beyond} pixels wider than ${width}`);
      }
    }
    await page.getByRole('button', { name: 'Menu' }).click();
    await view(page, 'Orders');
    await page.getByRole('link', { name: 'F-999', exact: true }).waitFor();
  });
});

test('a page of another origin can neither read nor change anything', LIMIT, async () => {
  const { root } = sandbox;
  const evil = createServer((_, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/html' });
    answer.end(`<!DOCTYPE html><title>evil</title><iframe name="sink"></iframe>
      <form id="form" method="post" action="${root}/admin/reset" enctype="text/plain" target="sink"><input name='{"a":"' value='"}'></form>`);
  });
  await new Promise((done) => evil.listen(0, '127.0.0.1', done));
  const page = await browser.open(`http://localhost:${evil.address().port}/`);
  const before_ = await (await fetch(`${root}/admin/state?table=orders&limit=1`)).json();
  try {
    const seen = await page.evaluate(async (address) => {
      const attempt = async (path, options) => {
        try {
          const answer = await fetch(address + path, options);
          return `${answer.type} ${await answer.text()}`;
        } catch {
          return 'blocked';
        }
      };
      const stream = await new Promise((done) => {
        const source = new EventSource(`${address}/admin/events?after=0`);
        source.onmessage = () => done('read');
        source.addEventListener('exchange', () => done('read'));
        source.onerror = () => done('blocked');
      });
      const results = {
        read: await attempt('/admin/about'),
        opaque: await attempt('/admin/about', { mode: 'no-cors' }),
        reset: await attempt('/admin/reset', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }),
        simple: await attempt('/admin/reset', { method: 'POST', mode: 'no-cors', body: '{}' }),
        beacon: navigator.sendBeacon(`${address}/admin/reset`, '{}'),
        stream,
      };
      document.getElementById('form').submit();
      await new Promise((done) => setTimeout(done, 500));
      const frame = document.createElement('iframe');
      frame.src = `${address}/`;
      document.body.append(frame);
      await new Promise((done) => setTimeout(done, 500));
      return results;
    }, root);
    assert.deepEqual(seen, { read: 'blocked', opaque: 'opaque ', reset: 'blocked', simple: 'opaque ', beacon: true, stream: 'blocked' });
    const frames = page.frames().map((frame) => frame.url());
    assert.ok(!frames.includes(`${root}/`), `framed: ${frames}`);
    const after_ = await (await fetch(`${root}/admin/state?table=orders&limit=1`)).json();
    assert.equal(after_.total, before_.total);
    assert.ok(after_.total > 1000);
  } finally {
    await page.close();
    evil.close();
  }
});
