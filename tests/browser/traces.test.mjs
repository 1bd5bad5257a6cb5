// Traces: after a day's use no name, no word of a note and no CPR number stands in clear in anything that is kept.
// It does not look into memory, nor into what a person copies out.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { opensChromiumIn } from './chromium.mjs';
import { filesBelow, wordsInClear } from './leaks.mjs';
import { Person } from './person.mjs';
import { FELTBY, Town } from './town.mjs';

const CITIZEN = 'Ellen Gærdesmutte';
const NOTE = 'Kvartsblomst og blåbærgrød, sagt i fortrolighed. Hendes nummer er 298751-1004.';
const DRAFT = 'Halvfærdig tanke om violinkassen';
const FIELD = 'Går med lavendelstok';

/** Places named when something was found: the first ones say enough. */
const MOST_TOLD = 20;

let town;
let hers;
let his;
const chromiums = [];

before(async () => {
  town = await Town.of(FELTBY);
  [hers, his] = [await town.deviceOf('maja'), await town.deviceOf('yusuf')];
});

after(async () => {
  await Promise.all(chromiums.map((chromium) => chromium.close()));
  await town?.end();
});

/** Sits down at a browser that keeps what it keeps below the town's folder. */
async function sitsDown(device) {
  const chromium = await opensChromiumIn(join(town.folder, `browser-${device.user}`));
  chromiums.push(chromium);
  return Person.at(device, chromium);
}

/** All that must not be found: names and numbers of people, the town's notes, secrets and passwords, what was typed. */
async function secrets() {
  const seeded = await readFile(FELTBY, 'utf8');
  const all = (key) => [...seeded.matchAll(new RegExp(`^${key} = "([^"]+)"$`, 'gm'))].map(([, value]) => value);
  const citizens = all('subject').filter((name) => !/\d|gade/.test(name));
  const names = citizens.flatMap((name) => [name, name.split(' ').at(-1)]);
  const numbers = all('cpr').flatMap((cpr) => [cpr, cpr.replace('-', '')]);
  const staff = all('name').filter((name) => /^(Maja|Yusuf|Birgit) /.test(name));
  const typed = [NOTE, DRAFT, FIELD, 'Kvartsblomst', 'violinkassen', 'lavendelstok'];
  const words = [...names, ...staff, ...numbers, ...all('text'), ...all('password'), 'kvartsugle', ...typed];
  assert.ok(words.length > 60 && words.every((word) => word.length > 5), `these are no secrets: ${words}`);
  return words;
}

test('after use no name and no word stands in clear on a device, in a browser, on the server or in a log', async () => {
  const [maja, yusuf] = [await sitsDown(hers), await sitsDown(his)];
  await yusuf.opensCase(CITIZEN);
  await hers.losesNetwork();
  await maja.opensCase(CITIZEN);
  await maja.writes(NOTE);
  await maja.seesItKept();
  await maja.finishes();
  await maja.setsField('mobilitet', FIELD);
  await maja.seesChip(/^Uden net · 2 gemt/);
  await hers.losesPower();
  await hers.startsAgain();
  await maja.opens();
  await maja.passesTheGate();
  await hers.findsNetwork();
  await yusuf.seesFinished(NOTE);
  await yusuf.writes(DRAFT);
  await yusuf.seesItKept();
  await maja.locks();
  await Promise.all(chromiums.splice(0).map((chromium) => chromium.close()));

  const files = await filesBelow(town.folder);
  for (const kept of [town.data, hers.data, his.data, 'browser-maja', 'browser-yusuf']) {
    assert.ok(files.some((file) => file.includes(kept)), `nothing was kept in ${kept}`);
  }
  assert.ok(files.some((file) => file.endsWith('.log')), 'there is a log');
  const browsers = files.filter((file) => file.includes('browser-'));
  const title = await wordsInClear(browsers, ['Feltbog']);
  assert.notDeepEqual(title, [], 'the title of the page stands in what a browser keeps');
  assert.deepEqual((await wordsInClear(files, await secrets())).slice(0, MOST_TOLD), []);
});

test('what stands in clear is found, however it is written down', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'feltbog-test-'));
  try {
    await mkdir(join(folder, 'below'));
    for (const encoding of ['utf8', 'utf16le', 'latin1']) {
      const bytes = Buffer.concat([Buffer.from([0, 255]), Buffer.from('xGÆRDESMUTTEx', encoding)]);
      await writeFile(join(folder, 'below', encoding), bytes);
    }
    const found = await wordsInClear(await filesBelow(folder), ['Gærdesmutte', 'Rødhals']);
    // Folding is by byte, so that a large Æ in UTF-8 is another word; every other spelling is found.
    assert.deepEqual(
      found.map((line) => line.slice(folder.length + 7)).sort(),
      ['latin1: Gærdesmutte (latin1)', 'utf16le: Gærdesmutte (utf16le)'],
    );
    assert.equal((await wordsInClear(await filesBelow(folder), ['GÆRDESMUTTE'])).length, 3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
