// What a file of tests stands on: a browser and a town, there before its first test and gone after its last.
// It knows no test.

import { after, before } from 'node:test';

import { opensChromium } from './chromium.mjs';
import { Person } from './person.mjs';

/** The town that `opens` gives, as `setting.town` once the tests run, and the people who sit down in it.
 * `settles` is what comes about before the first test: hooks of a file's own would not wait for this one. */
export function inTown(opens, settles = async () => {}) {
  const setting = {
    /** Somebody at a device, as far as their own data. */
    at: (device) => Person.at(device, setting.browser),
    /** Somebody at a device nobody has opened. */
    before: (device) => Person.before(device, setting.browser),
    /** Somebody at a device on which they have signed in just now. */
    worker: async (user) => setting.at(await setting.town.deviceOf(user)),
  };
  before(async () => {
    // One after the other, so that what is open is known and closed even when the other fails.
    setting.browser = await opensChromium();
    setting.town = await opens();
    await settles();
  });
  after(async () => {
    await setting.browser?.close();
    await setting.town?.end();
  });
  return setting;
}
