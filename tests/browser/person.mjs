// A person at a page of Feltbog: what they do there, and what they read.
// It asserts nothing about the app: it waits for what must come before the next deed, and tells what it sees.

import { newPage } from './chromium.mjs';
import { until, untilRead } from './until.mjs';

/** Somebody with a device, and its page in front of them. */
export class Person {
  constructor(device, page) {
    Object.assign(this, { device, page });
    this.faults = [];
    page.on('pageerror', (error) => this.faults.push(error.message));
  }

  /** Sits down at the device and gets as far as their own data. */
  static async at(device, browser, viewport) {
    const person = await Person.before(device, browser, viewport);
    await person.passesTheGate();
    return person;
  }

  /** Sits down at the device and sees whatever it shows first. */
  static async before(device, browser, viewport) {
    const person = new Person(device, await newPage(browser, viewport));
    await person.opens();
    return person;
  }

  /** What a test knows by name. */
  see(name) {
    return this.page.locator(`[data-test="${name}"]`);
  }

  /** Opens the page, at a place in the app or where it opens by itself. */
  async opens(place = '') {
    await this.page.goto(this.device.address + place);
    await this.see('gate').or(this.see('chip')).first().waitFor();
  }

  /** Goes to a place in the app by its address. */
  async goesTo(place) {
    await this.page.evaluate((hash) => (location.hash = hash), place);
  }

  /** Types the PIN if it is asked for, and waits for the app behind it. */
  async passesTheGate() {
    const gate = this.see('gate');
    if (await gate.isVisible()) {
      await this.typesPin(this.device.pin);
    }
    await this.see('chip').waitFor();
  }

  /** Types a PIN on the keyboard. */
  async typesPin(pin) {
    await this.see('pin-dots').waitFor();
    await this.page.keyboard.type(pin);
  }

  /** Presses *Lås*. */
  async locks() {
    await this.see('lock').click();
    await this.see('pin-dots').waitFor();
  }

  /** Fills the form of the first sign-in. */
  async fillsEnrolment({ server, token, user, password, pin, again = pin }) {
    const fields = { address: server, token, user, password, pin, 'pin-again': again };
    for (const [name, value] of Object.entries(fields)) {
      await this.see(`input-${name}`).fill(value);
    }
  }

  /** Searches the list of cases and opens the one with that name. */
  async opensCase(name) {
    await this.see('tab-cases').click();
    await this.see('search').fill(name);
    await this.see('case').filter({ hasText: name }).first().click();
    await this.see('case-title').filter({ hasText: name }).waitFor();
  }

  /** Begins a note and types it. */
  async writes(words) {
    await this.see('write-note').click();
    await this.types(words);
  }

  /** Goes on with the draft that holds these words. */
  async continues(words) {
    await this.note(words).locator('[data-test="note-continue"]').click();
    await untilRead('the draft in the editor', () => this.editor(), (text) => text.includes(words));
  }

  /** Types where the caret stands. */
  async types(words) {
    await this.see('note-text').pressSequentially(words);
  }

  /** Puts the caret before everything in the editor. */
  async goesToTheBeginning() {
    await this.see('note-text').press('Control+Home');
  }

  /** Puts these words into the editor at once, as from a clipboard. */
  async pastes(words) {
    await this.see('note-text').fill(words);
  }

  /** What stands in the editor. */
  async editor() {
    return this.see('note-text').inputValue();
  }

  /** Waits until the line below the editor says that all is kept. */
  async seesItKept() {
    await this.page.locator('[data-test="note-kept"][data-state="kept"]').waitFor();
  }

  /** Presses *Gem og afslut* and is back in the case. */
  async finishes() {
    await this.see('note-finish').click();
    await this.see('note-text').waitFor({ state: 'detached' });
  }

  /** The note with these words, in the case that is open. */
  note(words) {
    return this.see('note').filter({ hasText: words });
  }

  /** Waits for a note with these words, finished by somebody. */
  async seesFinished(words) {
    await this.#seesNote(words, 'data-state', 'finished');
  }

  /** Waits until the note says where its words are: `kept` here, `sent`, `received`. */
  async seesWhere(words, where) {
    await this.#seesNote(words, 'data-item', where);
  }

  async #seesNote(words, fact, value) {
    const told = this.note(words).and(this.page.locator(`[${fact}="${value}"]`));
    await told.first().waitFor({ timeout: 60_000 });
  }

  /** Types something into a field of the case, and leaves it. */
  async setsField(key, value) {
    const field = this.see(`field-${key}`);
    await field.fill(value);
    await field.press('Enter');
  }

  /** What the chip says, in lines. */
  async chip() {
    return (await this.see('chip').innerText()).split('\n').map((line) => line.trim());
  }

  /** Waits until the chip's first line fits; returns all of it. */
  async seesChip(sentence) {
    return untilRead(`the chip says ${sentence}`, () => this.chip(), ([first]) => sentence.test(first));
  }

  /** Waits until the page says that this stands in the way. */
  async seesProblem(sentence) {
    await this.see('problem').filter({ hasText: sentence }).waitFor();
  }

  /** Opens *Sendt og hentet* by the chip. */
  async opensSync() {
    await this.see('chip').click();
    await this.page.locator('.sync-line').waitFor();
  }

  /** Types the password when the session has ended. */
  async signsInAgain(password) {
    await this.see('input-password').fill(password);
    await this.see('signin-submit').click();
  }

  /** Chooses a language, at the gate or among the settings, unless the page is in it. */
  async choosesLanguage(tag) {
    const isChosen = () => this.page.evaluate((tag) => document.documentElement.lang === tag, tag);
    if (await isChosen()) {
      return;
    }
    if (await this.see('gate').isVisible()) {
      await this.see(`language-${tag}`).click();
    } else {
      await this.see('tab-more').click();
      await this.see(`set-language-${tag}`).click();
    }
    await until(`the page is in ${tag}`, isChosen);
  }

  /** Leaves, and takes the page along. */
  async leaves() {
    await this.page.context().close();
  }
}
