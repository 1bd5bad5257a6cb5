// One person's device: the preview process, its folder, its road, and the commands it takes.
// It opens no page: that is the person's.

import { PAGE, start } from './programs.mjs';
import { until } from './until.mjs';

/** A device with somebody's Feltbog on it. */
export class Device {
  #running;

  /** `facts`: address, user, password, pin, data, log, and pid or the running process itself. */
  constructor(facts, running) {
    Object.assign(this, facts);
    this.#running = running;
  }

  /** Starts a preview in `data`, on a free port unless one is named. */
  static async starts(data, log, port = '0') {
    const { running, sign } = await start('feltbog-preview', ['--data', data, '--port', port, '--page', PAGE], {
      log,
      recognise: (line) => line.match(/^preview (\S+)$/)?.[1],
    });
    return new Device({ address: sign, data, log, pid: running.pid }, running);
  }

  /** Signs somebody in for the first time, by command. */
  async isGivenTo({ server, token, user, password, pin }) {
    Object.assign(this, { user, password, pin });
    const status = await this.command({ do: 'enrol', address: server, token, user, password, pin });
    if (status.is !== 'status') {
      throw new Error(`${user} cannot sign in: ${JSON.stringify(status)}`);
    }
    await this.hasFetchedAll();
  }

  /** Asks the desk, and returns its reply. */
  async command(command) {
    return this.#post('/command', command);
  }

  /** Cuts or restores this device's network. */
  async #road(on) {
    await this.#post('/road', { on });
  }

  /** From here on there is no network. */
  async losesNetwork() {
    await this.#road(false);
  }

  /** There is network again. */
  async findsNetwork() {
    await this.#road(true);
  }

  /** The chip, as the desk tells it. */
  async chip() {
    return (await this.command({ do: 'status' })).chip;
  }

  /** Waits until the last fetch was complete and equal, and nothing waits to be sent. */
  async hasFetchedAll() {
    await until(`${this.user} has fetched all`, async () => (await this.chip())?.state === 'all_done', 180_000);
  }

  /** The battery is pulled: no word of farewell. */
  async losesPower() {
    process.kill(this.pid, 'SIGKILL');
    await until(`${this.user}'s device is dark`, () => this.#isSilent());
  }

  /** Started again: the same folder, the same address. */
  async startsAgain() {
    const again = await Device.starts(this.data, this.log, new URL(this.address).port);
    if (again.address !== this.address) {
      throw new Error(`started again at ${again.address}, not at ${this.address}`);
    }
    this.pid = again.pid;
    this.#running = again.#running;
  }

  /** Ends what this test run started itself. */
  async end() {
    await this.#running?.end('SIGKILL');
  }

  async #isSilent() {
    return fetch(new URL('/', this.address)).then(
      () => false,
      () => true,
    );
  }

  async #post(path, body) {
    const { origin, searchParams } = new URL(this.address);
    const headers = { authorization: `Bearer ${searchParams.get('key')}`, 'content-type': 'application/json' };
    const answer = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) {
      throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    }
    return answer.json();
  }
}
