// The real window on one person's desk: what they type, press and see in it.
// It asks the app nothing that a person could not, and looks into no file.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { PROGRAMS, ROOT } from '../programs.mjs';
import { Driver } from './driver.mjs';

const PROGRAM = join(PROGRAMS, 'feltbog');

/** Where pictures of failures stay. */
const PICTURES = join(ROOT, 'target/window-tests');

/** Remembers what the page's own policy refused it, and errors that nobody caught. */
const LISTEN = `
  window.faults = [];
  addEventListener('securitypolicyviolation', (event) => faults.push(event.violatedDirective + ' ' + event.blockedURI));
  addEventListener('error', (event) => faults.push(event.message));
  addEventListener('unhandledrejection', (event) => faults.push(String(event.reason)));
`;

/** What a test knows by name. */
const named = (name) => `[data-test="${name}"]`;

/** A window that somebody sits before. */
export class Window {
  #driver;

  constructor(driver) {
    this.#driver = driver;
  }

  /** Opens on a device: a folder with the app's `data` and the `home` of whoever sits there. */
  static async opens(device) {
    const home = join(device, 'home');
    mkdirSync(home, { recursive: true });
    // A webview can be driven only where that is asked for. It opens on the screen of this test, whatever else there
    // is, and all it keeps comes to lie on the device.
    const env = { ...process.env, TAURI_WEBVIEW_AUTOMATION: 'true', GDK_BACKEND: 'x11', HOME: home };
    for (const kind of ['DATA', 'CONFIG', 'CACHE', 'STATE']) {
      env[`XDG_${kind}_HOME`] = join(home, kind.toLowerCase());
    }
    const words = ['--data', join(device, 'data')];
    const driver = await Driver.opens(PROGRAM, words, { log: join(device, 'window.log'), env });
    await driver.sees('the page is being loaded', () => driver.runs("return location.href !== 'about:blank'"));
    await driver.runs(LISTEN);
    return new Window(driver);
  }

  /** The first sign-in on a device, every word of it typed. */
  async signsIn({ server, token, user, password, pin }) {
    const typed = { address: server, token, user, password, pin, 'pin-again': pin };
    for (const [field, text] of Object.entries(typed)) {
      await this.#driver.types(named(`input-${field}`), text);
    }
    await this.#driver.clicks(named('enrol-submit'));
  }

  /** Presses the keys of the PIN. */
  async typesPin(pin) {
    for (const digit of pin) {
      await this.#driver.clicks(named(`pin-key-${digit}`));
    }
  }

  /** Goes from the day's visits to the case of somebody who is visited. */
  async opensCase(citizen) {
    const script = `return [...document.querySelectorAll(arguments[0])]
      .find((visit) => visit.innerText.includes(arguments[1]))?.dataset.id`;
    const look = () => this.#driver.runs(script, named('visit'), citizen);
    const visit = await this.#driver.sees(`a visit to ${citizen}`, look);
    await this.#driver.clicks(`${named('visit')}[data-id="${visit}"]`);
    await this.sees('case-title', citizen);
  }

  /** Begins a note and types it. */
  async writes(words) {
    await this.#driver.clicks(named('write-note'));
    await this.#driver.types(named('note-text'), words);
  }

  /** Presses *Gem og afslut*. */
  async finishes() {
    await this.#driver.clicks(named('note-finish'));
  }

  /** Presses *Send og hent nu*, on the page that the chip leads to. */
  async sendsNow() {
    await this.#driver.clicks(named('chip'));
    await this.#driver.clicks(named('send-now'));
  }

  /** Waits until one of the things of this name shows all of these words. */
  async sees(name, ...words) {
    const script = 'return [...document.querySelectorAll(arguments[0])].map((seen) => seen.innerText)';
    await this.#driver.sees(`${name} says "${words.join('", "')}"`, async () => {
      const texts = await this.#driver.runs(script, named(name));
      return texts.some((text) => words.every((word) => text.includes(word)));
    });
  }

  /** What the page was refused, and where it erred. */
  async faults() {
    return this.#driver.runs('return window.faults');
  }

  /** The battery is pulled: no word of farewell. */
  async losesPower() {
    await this.#driver.end();
  }

  /** What was on the screen, and what the program said, for whoever reads that a story failed. */
  async lastSight(title) {
    const seen = await this.#picture(title).catch(({ message }) => `it does not say what it shows: ${message}`);
    return `the window: ${seen}\nthe program said:\n${this.#driver.lastWords()}`;
  }

  async #picture(title) {
    mkdirSync(PICTURES, { recursive: true });
    const file = join(PICTURES, `${title.replaceAll(/\W+/g, '-')}.png`);
    await this.#driver.pictures(file);
    return `${file}\n${await this.#driver.runs('return document.body.innerText')}`;
  }
}
