// Takes the pictures of the docs: node pictures.mjs FOLDER

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Browser } from './browser.mjs';
import { startSandbox } from './sandbox.mjs';

const [, , folder] = process.argv;
mkdirSync(folder, { recursive: true });

const sandbox = await startSandbox();
const browser = await Browser.start();
try {
  await useIt();
  const wide = { width: 1920, height: 960 };
  const narrow = { width: 360, height: 740 };
  await picture('requests-wide-light', '', wide, 'light');
  await picture('request-wide-dark', '1006-exchange', wide, 'dark');
  await picture('orders-wide-light', 'orders/1004', wide, 'light');
  await picture('requests-narrow-dark', '', narrow, 'dark');
  await picture('orders-narrow-light', 'orders/1003', narrow, 'light');
  await sandbox.act('disturb', { kind: 'cut-after', operation: 'ProcessOrder', count: 2 });
  await sandbox.act('disturb', { kind: 'delay', seconds: 3, probability: 0.1, seed: 7 });
  await picture('disturbances-wide-dark', 'disturbances', wide, 'dark');
} finally {
  await browser.stop();
  await sandbox.stop();
}

/** A morning of an integration that does not work yet. */
async function useIt() {
  await sandbox.send('GetOrderStatuses', '');
  await sandbox.sendOrder('W-2001', { remark: 'Leave at the door', count: 2 });
  await sandbox.sendOrder('W-2002', { article: 'MUG-RED' });
  await sandbox.sendOrder('W-2003', { article: 'TOWEL-LIN' });
  await sandbox.send('GetOrderByOrderNumber', '<OrderNumber>W-2001</OrderNumber>');
  await sandbox.act('pick', { order: 'W-2001' });
  await sandbox.act('ship', { order: 'W-2001' });
  await sandbox.send('UpdateOrder', '<order><OrderId>404</OrderId></order>').catch(() => {});
  await sandbox.send('GetOrderStatuses', '', { SOAPAction: `"${sandbox.about.namespace}/GetOrder"` });
  await sandbox.act('disturb', { kind: 'status', code: 503, retryAfter: 2 });
  await sandbox.send('GetInventory', '');
  await sandbox.send('GetInventoryByQuery', '<GetInventoryQuery><ArticleNumbersToGet><string>MUG-RED</string></ArticleNumbersToGet></GetInventoryQuery>');
  await sandbox.sendOrder('1006', { article: 'BOWL-OAK', count: 20 }).catch(() => {});
}

async function picture(name, place, viewport, colorScheme) {
  const page = await browser.open('about:blank');
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.goto(`${sandbox.root}/#/${place.endsWith('exchange') ? '' : place}`);
  await page.locator('.live[data-live="true"]').waitFor();
  if (place.endsWith('exchange')) await page.locator('a.request', { hasText: '1006' }).first().click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
