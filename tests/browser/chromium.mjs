// Chromium, as one run of it for a whole file of tests.
// It knows no page.

import { mkdir } from 'node:fs/promises';

import { chromium } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const LAUNCH = { executablePath: PROGRAM, headless: true, args: ARGUMENTS };

/** A desktop: room for list and detail. */
const VIEWPORT = { width: 1440, height: 900 };

/** A browser in which each person has cookies of their own. */
export async function opensChromium() {
  return chromium.launch(LAUNCH);
}

/** A browser that keeps what it keeps in a folder of its own, for whoever wants to look through that afterwards. */
export async function opensChromiumIn(folder) {
  await mkdir(folder, { recursive: true });
  return chromium.launchPersistentContext(folder, { ...LAUNCH, viewport: VIEWPORT });
}

/** A fresh page: in a browser with cookies of its own, in a kept folder with those kept there. */
export async function newPage(browser, viewport = VIEWPORT) {
  const context = 'newContext' in browser ? await browser.newContext({ viewport }) : browser;
  return context.newPage();
}
