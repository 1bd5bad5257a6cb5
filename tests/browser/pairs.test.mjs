// That the screens are looked at in every two choices together.
// It opens no browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LANGUAGES, PAIRS, SIZES, STATES, THEMES } from './pairs.mjs';

test('each screen is looked at with every two choices of size, appearance, language and state together', () => {
  const choices = { size: SIZES, theme: THEMES, language: LANGUAGES, state: STATES };
  const names = Object.keys(choices);
  const missing = names.flatMap((one, at) =>
    names.slice(at + 1).flatMap((other) =>
      choices[one].flatMap((mine) =>
        choices[other]
          .filter((theirs) => !PAIRS.some((pair) => pair[one] === mine && pair[other] === theirs))
          .map((theirs) => [one, mine, other, theirs]),
      ),
    ),
  );
  assert.deepEqual(missing, []);
});
