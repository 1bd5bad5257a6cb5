// A morning in the real window: first sign-in, a case, a note, a flat battery, and the disk in a stranger's hands.
// It does not test what the page's own stories do: it tests that page, window and desk are one app.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { filesBelow, wordsInClear } from '../leaks.mjs';
import { FELTBY, Town } from '../town.mjs';
import { until } from '../until.mjs';
import { longWords, secretsOfFeltby } from './secrets.mjs';
import { Window } from './window.mjs';

const CITIZEN = 'Aage Nattergal-Sørensen';
const WORDS = 'Bad og sengetøj er klaret. Håndklædet hænger på gærdet, og køkkenuret går ægte baglæns.';
const UNFINISHED = 'Naboens æbletræ overskygger';

story('a note typed in the window reaches the colleagues and outlives a flat battery', async (town, desk) => {
  const yusuf = await town.deviceOf('yusuf');
  const credentials = await town.credentials('maja');
  const morning = await desk.sitsDown();
  await morning.signsIn(credentials);
  await morning.sees('visit', 'Inger Rødhals', 'Morgenpleje');
  await morning.opensCase(CITIZEN);
  await morning.writes(WORDS);
  await morning.finishes();
  await morning.sees('note', WORDS, 'Uafsluttet', 'Maja Timian');
  await readsFinished(yusuf, WORDS);
  await readsFinished(await town.deviceOf('oliver'), WORDS);
  await morning.writes(UNFINISHED);
  await morning.sees('note-kept', 'Kladden er gemt på computeren');
  assert.deepEqual(await morning.faults(), []);
  await morning.losesPower();

  const noon = await desk.sitsDown();
  await noon.typesPin(credentials.pin);
  await noon.opensCase(CITIZEN);
  await noon.sees('note', WORDS, 'Sendt kl.');
  await noon.sees('note', UNFINISHED, 'Kladde');
  assert.deepEqual(await noon.faults(), []);
  await noon.losesPower();
  await nobodyReads(desk.device, credentials);
});

story('a note finished without a network waits through a flat battery and is sent later', async (town, desk) => {
  const credentials = await town.credentials('maja');
  const cellar = await desk.sitsDown();
  await cellar.signsIn(credentials);
  await cellar.opensCase(CITIZEN);
  await cellar.sees('chip', 'Alt er sendt og hentet');
  await town.serverFalls();
  await cellar.writes(WORDS);
  await cellar.finishes();
  await cellar.sees('note', WORDS, 'Gemt på computeren');
  await cellar.losesPower();
  await nobodyReads(desk.device, credentials);

  const stairs = await desk.sitsDown();
  await stairs.typesPin(credentials.pin);
  await stairs.sees('chip', 'Uden net · 1 gemt på computeren');
  await stairs.opensCase(CITIZEN);
  await stairs.sees('note', WORDS, 'Gemt på computeren');
  await town.serverStarts();
  await stairs.sendsNow();
  await readsFinished(await town.deviceOf('yusuf'), WORDS);
});

/** A story in a town of its own, at a desk of its own; when it fails, what was on the screen is printed. */
function story(title, tell) {
  test(title, { timeout: 300_000 }, async () => {
    const town = await Town.of(FELTBY);
    const desk = new Desk(join(town.folder, 'desk'));
    try {
      await tell(town, desk);
    } catch (failure) {
      const silence = ({ message }) => `nothing can be said of the window: ${message}`;
      console.error(`${title}\n${await desk.lastSight(title).catch(silence)}`);
      throw failure;
    } finally {
      await desk.window?.losesPower();
      await town.end();
    }
  });
}

/** A device, and the window that was opened on it last. */
class Desk {
  constructor(device) {
    this.device = device;
  }

  async sitsDown() {
    this.window = await Window.opens(this.device);
    return this.window;
  }

  async lastSight(title) {
    return this.window ? this.window.lastSight(title) : 'no window was open';
  }
}

/** Waits until a colleague's device has the note, finished and word for word. */
async function readsFinished(device, words) {
  const filter = { mine: false, overdue: false, case_type: null, show: 'open' };
  const question = { do: 'cases', query: CITIZEN, filter, sort: 'subject', offset: 0, limit: 1 };
  const finished = (note) => note.state.state === 'finished' && note.state.by === 'Maja Timian' && note.text === words;
  await until(`${device.user} reads "${words}"`, async () => {
    const [row] = (await device.command(question)).rows ?? [];
    const { notes = [] } = row ? await device.command({ do: 'case', id: row.id }) : {};
    return notes.some(finished);
  });
}

/** Whoever takes the disk reads no name, no number, no word of a note and nothing to sign in with. */
async function nobodyReads(device, { password, token }) {
  const typed = [WORDS, UNFINISHED].flatMap((text) => [text, ...longWords(text)]);
  const files = await filesBelow(device);
  const ofWebview = files.filter((file) => file.startsWith(join(device, 'data', 'webview')));
  assert.notDeepEqual(ofWebview, [], 'a webview that is driven has a store, and it is among what is searched');
  assert.deepEqual(await wordsInClear(files, [...secretsOfFeltby(), ...typed, password, token]), []);
}
