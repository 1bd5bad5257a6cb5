// A list of thousands of cases, from the import of real street reports: found, narrowed, scrolled, written in.
// It does not try the import itself: that is the server's.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from './programs.mjs';
import { inTown } from './setting.mjs';
import { Town } from './town.mjs';
import { untilRead } from './until.mjs';

const REPORTS = join(ROOT, '../shared/data/street/boston311.csv');

const skip = existsSync(REPORTS) ? false : `there are no street reports at ${REPORTS}`;

let soeren;

const setting = skip
  ? undefined
  : inTown(
      () => Town.demo(),
      async () => {
        soeren = await setting.at(setting.town.c);
      },
    );

/** How many cases the list says it has. */
async function total() {
  return Number(await soeren.see('total').getAttribute('data-total'));
}

async function seesTotal(what, fits) {
  return untilRead(what, total, fits);
}

async function opensTheWholeList() {
  await soeren.see('tab-today').click();
  await soeren.see('tab-cases').click();
  await soeren.see('filter-show').selectOption('all');
  return seesTotal('all cases', (n) => n > 5_000);
}

test('five thousand cases are scrolled through with sixty rows at most in the page', { skip }, async () => {
  const all = await opensTheWholeList();
  await soeren.see('sort').selectOption('number');
  const scroller = soeren.see('case-scroller');
  const seen = new Set();
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    await scroller.evaluate((list, part) => (list.scrollTop = part * list.scrollHeight), part);
    const rows = await untilRead(
      `rows at ${part} of the list`,
      () => scroller.evaluate(rowsInView),
      ({ places }) => places.length > 3 && Math.abs(places[0] - part * all) < 30,
    );
    assert.ok(rows.held <= 60, `${rows.held} rows are in the page`);
    rows.places.forEach((place) => seen.add(place));
  }
  assert.ok(seen.has(1) && seen.has(all), 'the first and the last case were on the screen');
});

/** The places, counted from one, of the rows a person sees, and how many rows the page holds. */
function rowsInView(list) {
  const { top, bottom } = list.getBoundingClientRect();
  const rows = [...list.querySelectorAll('.case-item')];
  const isSeen = (box) => box.bottom > top && box.top < bottom;
  const shown = rows.filter((row) => isSeen(row.getBoundingClientRect()));
  return { held: rows.length, places: shown.map((row) => Number(row.getAttribute('aria-posinset'))) };
}

test('a search and a filter narrow the list, and taking them off brings it back', { skip }, async () => {
  const all = await opensTheWholeList();
  await soeren.see('search').fill('Øvestræde');
  await seesTotal('cases in Øvestræde', (n) => n > 0 && n < 10);
  assert.ok((await soeren.see('case').allInnerTexts()).every((row) => row.includes('Øvestræde')));
  await soeren.see('search').fill('');
  await seesTotal('all cases again', (n) => n === all);
  await soeren.see('filter-show').selectOption('closed');
  const closed = await seesTotal('closed cases', (n) => n > 0 && n < all);
  await soeren.see('filter-show').selectOption('open');
  const open = await seesTotal('open cases', (n) => n !== closed);
  assert.equal(open + closed, all);
  await soeren.see('filter-mine').click();
  await seesTotal('my own cases', (n) => n > 0 && n < open);
  await soeren.see('filter-mine').click();
  await seesTotal('open cases again', (n) => n === open);
});

test('an inspector works in an imported case, from the list to a finished note', { skip }, async () => {
  await opensTheWholeList();
  await soeren.see('sort').selectOption('number');
  const row = soeren.see('case').first();
  const name = await row.locator('.row-title').innerText();
  await row.click();
  await soeren.see('case-title').filter({ hasText: name }).waitFor();
  await soeren.setsField('tilladelse_nr', 'R-2026-0999');
  await soeren.writes('Set på stedet. Der er intet at bemærke.');
  await soeren.finishes();
  await soeren.seesFinished('Set på stedet. Der er intet at bemærke.');
  await soeren.seesChip(/^Alt er sendt og hentet/);
  assert.equal(await soeren.see('field-tilladelse_nr').inputValue(), 'R-2026-0999');
});
