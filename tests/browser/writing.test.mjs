// One person writing: too much for one note, in the other language, and with the keyboard alone.
// It does not look at how a note travels: that is the story's.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inTown } from './setting.mjs';
import { FELTBY, Town } from './town.mjs';
import { until, untilRead } from './until.mjs';

/** A little more than one note holds. */
const TOO_LONG = 'Ærø, ømhed og åbne døre. '.repeat(12_000);

let maja;

const setting = inTown(
  () => Town.of(FELTBY),
  async () => {
    maja = await setting.worker('maja');
  },
);

test('a text that is too long is told as such, and not a word of it is lost', async () => {
  await maja.opensCase('Egon Stillits');
  await maja.writes('Kort nok.');
  await maja.seesItKept();
  await maja.pastes(TOO_LONG);
  await maja.seesProblem(/^Teksten er for lang\. Der er plads til [\d.]+ KB\. Del den i flere notater\.$/);
  assert.equal(await maja.see('note-kept').innerText(), 'Ikke gemt endnu. Bliv på siden.');
  assert.equal(await maja.editor(), TOO_LONG);
  await maja.pastes(TOO_LONG.slice(0, 1000));
  await maja.seesItKept();
  await maja.finishes();
  await maja.seesFinished(TOO_LONG.slice(0, 1000).trim());
});

test('a text left on the screen half a sentence long is there again after another case', async () => {
  await maja.opensCase('Inger Rødhals');
  await maja.writes('Inger vil gerne');
  await maja.opensCase('Bodil Bogfinke');
  await maja.opensCase('Inger Rødhals');
  await maja.continues('Inger vil gerne');
  assert.equal(await maja.editor(), 'Inger vil gerne');
});

test('a value that is too long is told as such, and is still in its field after another case', async () => {
  const tooLong = 'Går med rollator, når det ikke er glat. '.repeat(80);
  await maja.opensCase('Egon Stillits');
  await maja.setsField('mobilitet', tooLong);
  await maja.seesProblem(/for lang/);
  await maja.opensCase('Bodil Bogfinke');
  await maja.opensCase('Egon Stillits');
  assert.equal(await maja.see('field-mobilitet').inputValue(), tooLong);
  await maja.setsField('mobilitet', 'Går med rollator');
  await maja.see('problem').waitFor({ state: 'detached' });
  await maja.opensCase('Bodil Bogfinke');
  await maja.opensCase('Egon Stillits');
  assert.equal(await maja.see('field-mobilitet').inputValue(), 'Går med rollator');
});

test('the language is switched on every screen at once, and what was written stays as it is', async () => {
  await maja.choosesLanguage('en');
  await maja.see('tab-today').click();
  await maja.page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
  assert.match((await maja.seesChip(/^All sent and fetched/))[0], /\d\d:\d\d$/);
  await maja.opensCase('Inger Rødhals');
  assert.match(await maja.page.locator('.notes').innerText(), /Støttestrømperne sidder/);
  assert.equal(await maja.see('write-note').innerText(), 'Write a note');
  await maja.choosesLanguage('da');
  await maja.page.getByRole('heading', { name: 'Mere', level: 1 }).waitFor();
});

test('with the keyboard alone one unlocks, finds a citizen, writes a note and finishes it', async () => {
  const { keyboard } = maja.page;
  const focus = () => maja.page.evaluate(() => document.activeElement.dataset.test ?? document.activeElement.tagName);
  const tabsTo = (name) =>
    until(`Tab leads to ${name}`, async () => (await keyboard.press('Tab'), (await focus()) === name));

  await tabsTo('lock');
  await keyboard.press('Enter');
  await maja.typesPin(maja.device.pin);
  await maja.see('chip').waitFor();
  await tabsTo('tab-cases');
  await keyboard.press('Enter');
  await maja.page.getByRole('heading', { name: 'Borgere', level: 1 }).waitFor();
  await keyboard.press('/');
  assert.equal(await focus(), 'search');
  await keyboard.type('Åse Musvit');
  await untilRead('the list', () => maja.see('case').allInnerTexts(), (rows) => rows.length === 1);
  await tabsTo('case');
  await keyboard.press('Enter');
  await maja.see('case-title').filter({ hasText: 'Åse Musvit' }).waitFor();
  assert.equal(await focus(), 'case-title');
  await tabsTo('write-note');
  await keyboard.press('Enter');
  await maja.see('note-text').waitFor();
  assert.equal(await focus(), 'note-text');
  await keyboard.type('Datteren henter tøj i aften.');
  await tabsTo('note-finish');
  await keyboard.press('Enter');
  await maja.seesFinished('Datteren henter tøj i aften.');
  assert.equal(await focus(), 'case-title');
  await keyboard.press('Escape');
  await untilRead('where the focus is', focus, (name) => name === 'case');
});
