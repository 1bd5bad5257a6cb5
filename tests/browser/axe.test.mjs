// axe over every screen: nothing serious or critical, in both languages, light and dark, in all four states.
// It finds what a program can find; whether a screen is good to use is for people to say.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { AxeBuilder } from '@axe-core/playwright';

import { lookAt } from './looking.mjs';
import { LANGUAGES, SIZES, STATES, THEMES } from './pairs.mjs';
import { Stage } from './scenes.mjs';

const GRAVE = ['serious', 'critical'];

let stage;

before(async () => {
  stage = await Stage.isSet();
});

after(async () => {
  await stage?.end();
});

/** Both languages, light and dark, at sizes in turn. */
const COMBINATIONS = LANGUAGES.flatMap((language, row) =>
  THEMES.map((theme, column) => ({ language, theme, size: SIZES[(2 * row + column) % SIZES.length] })),
);

/** What axe finds grave on a page, as one line each. */
async function graveFaults(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

for (const state of STATES) {
  test(`a person who sees badly can use every screen: ${state}`, async (t) => {
    const found = [];
    let looked = 0;
    for (const combination of COMBINATIONS) {
      for (const [screen, view] of Object.entries(stage.scenes[state])) {
        const page = await lookAt(view, combination);
        const where = [screen, combination.language, combination.theme, combination.size.name].join(' ');
        found.push(...(await graveFaults(page)).map((fault) => `${where}: ${fault}`));
        looked += 1;
      }
    }
    t.diagnostic(`${looked} screens looked at`);
    assert.deepEqual(found, []);
  });
}

test('axe does find a grave fault where there is one', async () => {
  const page = await lookAt(stage.scenes.full.today, COMBINATIONS[0]);
  await page.evaluate(() => document.querySelector('[data-test="lock"]').replaceChildren());
  assert.notDeepEqual(await graveFaults(page), []);
});
