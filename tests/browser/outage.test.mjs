// The server itself is gone for a while, and comes back: nobody presses anything, and words arrive again.
// A road cut on one device alone is another test's story.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { FELTBY, Town } from './town.mjs';
import { until } from './until.mjs';

/** Until every line is open again, at the latest. */
const OPEN_AGAIN_MS = 60_000;

let town;

before(async () => {
  town = await Town.of(FELTBY);
});

after(() => town?.end());

test('what a colleague writes right after an outage arrives without anybody asking', async () => {
  const [maja, yusuf] = [await town.deviceOf('maja'), await town.deviceOf('yusuf')];
  await town.serverFalls();
  for (const device of [maja, yusuf]) {
    await until(`${device.user} has no network`, async () => (await device.chip()).state === 'offline');
  }
  await town.serverStarts();
  await Promise.all([maja, yusuf].map((device) => device.hasFetchedAll()));
  const [{ case: id }] = (await yusuf.command({ do: 'today', day: null })).visits;
  const words = 'Strømmen er kommet igen.';
  const note = { do: 'keep_draft', id: randomUUID(), note: randomUUID(), case: id, visit: null };
  const kept = await yusuf.command({ ...note, heads: [], before: '', after: words });
  assert.equal(kept.is, 'draft');
  const here = async () => (await maja.command({ do: 'case', id })).notes?.some((row) => row.text === words);
  await until('the words are at the colleague', here, OPEN_AGAIN_MS);
});
