// Every example of docs/commands.md, run with curl as it stands there against a real preview and a real server.
// Whether an example is there for every command is held elsewhere, by the schema.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { ROOT } from './programs.mjs';
import { FELTBY, Town } from './town.mjs';

/** Examples that may rightly be answered by a problem: nothing is parked here, and nothing was handed over. */
const MAY_FAIL = new Set(['dismiss_parked', 'settle_loose']);

let town;
let device;
let variables;

before(async () => {
  town = await Town.of(FELTBY);
  device = await town.newDevice('examples');
  const { server, token, user, password, pin } = await town.credentials('maja');
  const { origin, searchParams } = new URL(device.address);
  variables = { BASE: origin, KEY: searchParams.get('key'), SERVER: server, TOKEN: token };
  Object.assign(variables, { USER_NAME: user, PASSWORD: password, PIN: pin, NOTE: randomUUID(), PARKED: randomUUID(), LOOSE: randomUUID() });
});

after(() => town?.end());

test('every example in the docs does what it says, in the order of the page', async (t) => {
  for (const { name, script } of await examples()) {
    await t.test(name, async () => {
      const said = await shell(script, { ...variables, FRESH: randomUUID(), ...(await seenBefore(name)) });
      if (script.includes('/command')) {
        const reply = JSON.parse(said);
        assert.ok(MAY_FAIL.has(name) || reply.is !== 'problem', said);
      }
    });
    if (name === 'enrol') {
      device.user = 'maja';
      await device.hasFetchedAll();
    }
  }
});

/** The shell examples with the heading each stands under. */
async function examples() {
  const words = await readFile(join(ROOT, 'docs/commands.md'), 'utf8');
  const sections = words.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const name = section.slice(0, section.indexOf('\n'));
    return [...section.matchAll(/^```sh\n(.+?)^```$/gms)].map(([, script]) => ({ name, script }));
  });
}

/** What a person would copy from the replies before: a case, its version, a note's, a post. */
async function seenBefore(name) {
  const { gate } = await device.command({ do: 'status' });
  if (gate !== 'open') {
    return {};
  }
  const [{ case: id }] = (await device.command({ do: 'today', day: null })).visits;
  const seen = await device.command({ do: 'case', id });
  const note = seen.notes.find((row) => row.id === variables.NOTE);
  const heads = name === 'finish_note' ? note?.heads : seen.heads;
  const [post] = (await device.command({ do: 'news' })).rows;
  return { CASE: id, HEADS: JSON.stringify(heads ?? []), POST: post.id };
}

async function shell(script, environment) {
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], { env: { ...process.env, ...environment } });
  return stdout;
}
