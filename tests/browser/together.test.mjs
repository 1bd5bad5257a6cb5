// Two people in one case at once: nobody's words are lost, and where two values cannot both hold, a person is asked.
// It does not look at how texts are merged: only at what both then read.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inTown } from './setting.mjs';
import { FELTBY, Town } from './town.mjs';
import { untilRead } from './until.mjs';

let maja;
let yusuf;

const setting = inTown(
  () => Town.of(FELTBY),
  async () => {
    maja = await setting.worker('maja');
    yusuf = await setting.worker('yusuf');
  },
);

/** Maja begins a draft in that case, and both have it open in the editor. */
async function bothWriteIn(citizen, words) {
  await Promise.all([maja.opensCase(citizen), yusuf.opensCase(citizen)]);
  await maja.writes(words);
  await yusuf.note(words).waitFor();
  await yusuf.continues(words);
}

/** Waits until both editors hold the same text, with all these words whole, and returns it. */
async function bothRead(...words) {
  const fits = ([hers, his]) => hers === his && words.every((part) => hers.includes(part));
  const [text] = await untilRead('both read the same', () => Promise.all([maja.editor(), yusuf.editor()]), fits);
  return text;
}

test('what two people type in one note at once stands character by character', async () => {
  await bothWriteIn('Knud Tårnfalk', 'Lift kl. 8.50.');
  await yusuf.goesToTheBeginning();
  await Promise.all([
    maja.types(' Sejlet strammer om lårene, så vi prøver næste størrelse.'),
    yusuf.types('Gik fint med to medarbejdere, og Knud var frisk i dag. '),
  ]);
  const text = await bothRead();
  assert.equal(
    text,
    'Gik fint med to medarbejdere, og Knud var frisk i dag. Lift kl. 8.50. ' +
      'Sejlet strammer om lårene, så vi prøver næste størrelse.',
  );
});

test('what one types without a network and the other with one both stand', async () => {
  await bothWriteIn('Aage Nattergal-Sørensen', 'Bad fravalgt.');
  await maja.device.losesNetwork();
  await maja.seesChip(/^Uden net/);
  await yusuf.goesToTheBeginning();
  await Promise.all([maja.types(' Ønsker fredag.'), yusuf.types('Han var træt. ')]);
  await Promise.all([maja.seesItKept(), yusuf.seesItKept()]);
  assert.equal(await maja.editor(), 'Bad fravalgt. Ønsker fredag.');
  assert.equal(await yusuf.editor(), 'Han var træt. Bad fravalgt.');
  await maja.device.findsNetwork();
  assert.equal(await bothRead('Ønsker', 'træt'), 'Han var træt. Bad fravalgt. Ønsker fredag.');
});

test('two who set the same field without a network both see both values, and one of them chooses', async () => {
  await Promise.all([maja.opensCase('Svend Isfugl'), yusuf.opensCase('Svend Isfugl')]);
  await Promise.all([maja.device.losesNetwork(), yusuf.device.losesNetwork()]);
  await maja.setsField('hjaelpemidler', 'Rollator og sejl str. M');
  await yusuf.setsField('hjaelpemidler', 'Rollator og sejl str. L');
  await Promise.all([maja.seesChip(/^Uden net · 1 gemt/), yusuf.seesChip(/^Uden net · 1 gemt/)]);
  await Promise.all([maja.device.findsNetwork(), yusuf.device.findsNetwork()]);
  for (const person of [maja, yusuf]) {
    const question = person.see('conflict-hjaelpemidler');
    await question.waitFor();
    const asked = await question.innerText();
    assert.match(asked, /I har begge ændret "Hjælpemidler". Hvad skal gælde\?/);
    assert.ok(asked.includes('sejl str. M') && asked.includes('sejl str. L'), asked);
  }
  await maja.see('use-other').click();
  await yusuf.see('conflict-hjaelpemidler').waitFor({ state: 'detached' });
  for (const person of [maja, yusuf]) {
    assert.equal(await person.see('field-hjaelpemidler').inputValue(), 'Rollator og sejl str. L');
  }
});
