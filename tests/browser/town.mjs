// A town: a server with its people and their devices, started for a test and ended after it.
// It draws nothing up itself: who lives there stands in an organisation file.

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Device } from './device.mjs';
import { ROOT, run, start } from './programs.mjs';

/** Feltby Kommune. */
export const FELTBY = join(ROOT, 'demo/feltby.toml');

/** The import of real data takes a while. */
const DEMO_MS = 300_000;

/** No birthday, no row of keys. */
const PIN = '274915';

/** A server, and the devices of those who work there. */
export class Town {
  #running;
  #devices = [];
  #people;

  constructor(folder, { server, data, people }) {
    Object.assign(this, { folder, server, data });
    this.#people = people;
  }

  /** The demo as `cargo xtask demo --headless` starts it: devices a and b of Team Kløver, c of the inspectors. */
  static async demo() {
    const folder = await freshFolder();
    const { running, sign } = await start('xtask', ['demo', '--headless', '--folder', folder], {
      log: join(folder, 'demo.log'),
      recognise: readyLine,
      within: DEMO_MS,
    });
    const town = new Town(folder, { server: sign.server, data: sign.server_data, people: await people(FELTBY) });
    town.#running = running;
    for (const letter of ['a', 'b', 'c']) {
      town[letter] = town.#keep(new Device(factsOf(letter, sign, folder)));
    }
    return town;
  }

  /** A server alone, with those in an organisation file. */
  static async of(file) {
    const folder = await freshFolder();
    const data = join(folder, 'server');
    await run('feltbog-server', ['--data', data, 'migrate', '--invented-people', 'true']);
    await run('feltbog-server', ['--data', data, 'admin', 'apply', file]);
    const town = new Town(folder, { data, people: await people(file) });
    await town.serverStarts();
    return town;
  }

  /** The operator's commands. */
  async admin(...words) {
    return run('feltbog-server', ['--data', this.data, 'admin', ...words]);
  }

  /** Starts the server, at the address it had before if it had one. */
  async serverStarts() {
    const listen = this.server ? new URL(this.server).host : '127.0.0.1:0';
    const { running, sign } = await start('feltbog-server', ['--data', this.data, 'serve', '--listen', listen], {
      log: join(this.folder, 'server.log'),
      recognise: (line) => line.match(/^listening (\S+)$/)?.[1],
    });
    this.#running = running;
    this.server = sign;
  }

  /** The server stops at once. */
  async serverFalls() {
    await this.#running.end('SIGKILL');
  }

  /** A device on which nobody has signed in. */
  async newDevice(name) {
    const data = join(this.folder, `device-${name}`);
    await mkdir(data);
    return this.#keep(await Device.starts(data, join(this.folder, `${name}.log`)));
  }

  /** A one-time code for a first sign-in. */
  async token(user) {
    return this.admin('device', 'add', '--user', user);
  }

  /** What somebody types at the first sign-in. */
  async credentials(user) {
    return { server: this.server, token: await this.token(user), user, password: this.#people.get(user), pin: PIN };
  }

  /** A device on which this person has signed in and fetched all. */
  async deviceOf(user, name = user) {
    const device = await this.newDevice(name);
    await device.isGivenTo(await this.credentials(user));
    return device;
  }

  /** Ends all of it and leaves nothing behind. */
  async end() {
    await Promise.all(this.#devices.map((device) => device.end()));
    await this.#running.end();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #keep(device) {
    this.#devices.push(device);
    return device;
  }
}

async function freshFolder() {
  return mkdtemp(join(tmpdir(), 'feltbog-test-'));
}

/** The pairs of the one line by which the demo says that it is ready. */
function readyLine(line) {
  if (!line.startsWith('ready ')) {
    return undefined;
  }
  const pairs = line.split(' ').slice(1);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function factsOf(letter, sign, folder) {
  const of = (name) => sign[`${letter}_${name}`];
  return {
    address: sign[letter],
    user: of('user'),
    password: of('password'),
    pin: of('pin'),
    pid: Number(of('pid')),
    data: of('data'),
    log: join(folder, `${letter}-again.log`),
  };
}

/** User names and passwords of an organisation file. */
async function people(file) {
  const persons = (await readFile(file, 'utf8')).matchAll(/^user = "(.+)"$[^[]*?^password = "(.+)"$/gm);
  return new Map([...persons].map(([, user, password]) => [user, password]));
}
