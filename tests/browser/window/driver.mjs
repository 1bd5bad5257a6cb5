// Speaks W3C WebDriver with WebKitWebDriver: opens a program with a webview, finds, clicks, types, looks.
// It does not know Feltbog, and has only those words of the protocol that our stories use.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

import { until } from '../until.mjs';
import { Group } from './group.mjs';

/** The protocol's name for the reference to an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** What passes by itself while a page is being redrawn. */
const PASSING = [
  'no such element',
  'stale element reference',
  'element not interactable',
  'element click intercepted',
];

/** The most that one question may take; opening the program is the slowest. */
const ANSWER_MS = 60_000;

/** The most that a page may take to show what it should: a failure, not a measure of speed. */
const SHOWN_MS = 30_000;

/** What the driver says instead of doing it. */
class Refused extends Error {
  constructor({ error, message }) {
    super(`${error}: ${message}`);
    this.isPassing = PASSING.includes(error);
  }
}

/** A program with a webview, driven. */
export class Driver {
  #group;
  #address;
  #session;

  /** Opens a program and takes hold of its webview. What both say goes to the file `log`. */
  static async opens(binary, args, { log, env }) {
    const driver = new Driver();
    const port = await freePort();
    driver.#address = `http://127.0.0.1:${port}`;
    driver.#group = new Group('WebKitWebDriver', [`--port=${port}`], { log, env });
    try {
      await until('WebKitWebDriver is ready', () => driver.#isReady());
      const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } };
      const { sessionId } = await driver.#ask('POST', '/session', { capabilities });
      driver.#session = `/session/${sessionId}`;
      return driver;
    } catch (failure) {
      await driver.end();
      throw new Error(`${binary} does not open: ${failure.message}\n${driver.lastWords()}`, { cause: failure });
    }
  }

  /** Waits until it can be clicked, and clicks. */
  async clicks(css) {
    await this.sees(`${css} can be clicked`, async () => {
      await this.#ask('POST', `${await this.#find(css)}/click`, {});
      return true;
    });
  }

  /** Types with the keyboard, key by key, and waits until the field holds all of it. */
  async types(css, text) {
    await this.clicks(css);
    const field = await this.#find(css);
    await this.#ask('POST', `${field}/value`, { text });
    await this.sees(`${css} holds "${text}"`, async () => (await this.#ask('GET', `${field}/property/value`)) === text);
  }

  /** Waits until `look` returns something; a page in the middle of a redraw is looked at again. */
  async sees(what, look) {
    return until(what, () => look().catch(unlessPassing), SHOWN_MS);
  }

  /** Runs a script in the page and returns its result. */
  async runs(script, ...args) {
    return this.#ask('POST', `${this.#session}/execute/sync`, { script, args });
  }

  /** Writes what is on the screen to a file. */
  async pictures(file) {
    writeFileSync(file, await this.#ask('GET', `${this.#session}/screenshot`), 'base64');
  }

  /** The last of what driver and program had to say. */
  lastWords() {
    return this.#group.lastWords();
  }

  /** Ends driver and program without asking either. */
  async end() {
    await this.#group.end();
  }

  async #isReady() {
    this.#group.mustRun();
    const status = this.#ask('GET', '/status');
    return status.then(
      ({ ready }) => ready,
      () => false,
    );
  }

  async #find(css) {
    const found = await this.#ask('POST', `${this.#session}/element`, { using: 'css selector', value: css });
    return `${this.#session}/element/${found[ELEMENT]}`;
  }

  async #ask(method, path, question) {
    const body = question && JSON.stringify(question);
    const answer = await fetch(this.#address + path, { method, body, signal: AbortSignal.timeout(ANSWER_MS) });
    const { value } = await answer.json();
    if (!answer.ok) {
      throw new Refused(value);
    }
    return value;
  }
}

function unlessPassing(failure) {
  if (!failure.isPassing) {
    throw failure;
  }
}

/** The driver takes no port 0: the system names one that is free. */
function freePort() {
  return new Promise((found, failed) => {
    const asked = createServer().once('error', failed);
    asked.listen(0, '127.0.0.1', () => {
      const { port } = asked.address();
      asked.close(() => found(port));
    });
  });
}
