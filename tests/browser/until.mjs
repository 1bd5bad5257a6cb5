// Waiting for something to become true, and no longer than that.
// It does not judge how long it took.

import { setTimeout as rest } from 'node:timers/promises';

/** Longest wait: a failure, not a measure of speed. */
const MOST_MS = 60_000;

const BETWEEN_MS = 40;

/** Looks again and again until `look` returns something, and returns that. The error says what was seen last. */
export async function until(what, look, within = MOST_MS) {
  const end = performance.now() + within;
  for (;;) {
    const seen = await look();
    if (seen) {
      return seen;
    }
    if (performance.now() > end) {
      throw new Error(`not within ${within / 1000} s: ${what}`);
    }
    await rest(BETWEEN_MS);
  }
}

/** Reads again and again until what is read fits; the error says what was read last. */
export async function untilRead(what, read, fits, within = MOST_MS) {
  let last;
  try {
    await until(what, async () => fits((last = await read())), within);
    return last;
  } catch (error) {
    throw new Error(`${error.message}; read last: ${JSON.stringify(last)}`, { cause: error });
  }
}
