// Headless Chromium.

import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const load = createRequire(join(process.env.BROWSER_MODULES, 'node_modules', 'here.js'));
const { chromium } = load('playwright-core');

export const axe = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');

/** Without these, Chromium looks for machines of its makers, which a closed network refuses. */
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A command that starts the browser with the lowest priority. */
function niceOne(folder) {
  const command = `${folder}.sh`;
  writeFileSync(command, '#!/bin/sh\nexec nice -n 19 "$BROWSER" "$@"\n', { mode: 0o755 });
  return command;
}

export class Browser {
  /** @param aside whether it leaves the processor to others, so that what they do can be measured */
  static async start({ aside = false } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'ongoing-browser-'));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: aside ? niceOne(folder) : process.env.BROWSER, headless: true, args: QUIET, viewport: { width: 1920, height: 1000 },
    });
    context.setDefaultTimeout(8000);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    return new Browser(folder, context);
  }

  constructor(folder, context) {
    this.folder = folder;
    this.context = context;
  }

  /** A new tab. What goes wrong in it is kept in `problems`. */
  async open(address) {
    const page = await this.context.newPage();
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) page.problems.push(message.text());
    });
    page.on('dialog', (dialog) => {
      page.problems.push(`a text was run: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.goto(address);
    return page;
  }

  async stop() {
    await this.context.close();
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(`${this.folder}.sh`, { force: true });
  }
}
