// The story everything here is measured by: written without a network, through a flat battery, and on to a colleague.
// It times nothing to pass or fail: it prints how long the last step took.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inTown } from './setting.mjs';
import { Town } from './town.mjs';

const WORDS = 'Såret på benet er renset og forbundet. Ny tid på fredag kl. 9.';
const CITIZEN = 'Ellen Gærdesmutte';

const setting = inTown(() => Town.demo());

test('a note written without a network survives a flat battery and reaches a colleague', async (t) => {
  const { a, b } = setting.town;
  const [maja, yusuf] = [await setting.at(a), await setting.at(b)];
  await yusuf.opensCase(CITIZEN);

  await a.losesNetwork();
  await maja.opensCase(CITIZEN);
  await maja.writes(WORDS);
  await maja.seesItKept();
  await maja.finishes();
  await maja.seesFinished(WORDS);
  const [first, second] = await maja.seesChip(/^Uden net · 1 gemt på tabletten$/);
  assert.match(second, /^Senest hentet .*kl\. \d\d\.\d\d$/, `below "${first}"`);
  await maja.seesWhere(WORDS, 'kept');

  await a.losesPower();
  await a.startsAgain();
  await maja.opens();
  await maja.typesPin(a.pin);
  await maja.opensCase(CITIZEN);
  await maja.seesFinished(WORDS);
  await maja.seesChip(/^Uden net · 1 gemt på tabletten$/);
  assert.equal(await yusuf.note(WORDS).count(), 0, 'the network is still cut');

  const start = performance.now();
  await a.findsNetwork();
  await yusuf.seesFinished(WORDS);
  const took = Math.round(performance.now() - start);
  t.diagnostic(`from the road restored to the words on the colleague's page: ${took} ms`);
  await maja.seesChip(/^Alt er sendt og hentet kl\. \d\d\.\d\d$/);
  await maja.seesWhere(WORDS, 'sent');
  assert.match(await yusuf.note(WORDS).innerText(), /Afsluttet kl\. \d\d\.\d\d af Maja Timian, SSH/);
  assert.deepEqual([...maja.faults, ...yusuf.faults], []);
});
