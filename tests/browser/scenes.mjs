// Feltbog in its four states: people, devices and what has happened to them, set up for looking at every screen.
// It judges no screen: axe does, and whoever opens the pictures.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { opensChromium } from './chromium.mjs';
import { Person } from './person.mjs';
import { ROOT } from './programs.mjs';
import { FELTBY, Town } from './town.mjs';
import { until } from './until.mjs';

const QUIET = join(ROOT, 'tests/browser/quiet.toml');

const WORDS = 'Alt gik godt i dag. Der er aftalt ny tid på fredag, og besøget skal gerne ligge før kl. 10.';

/** More than one note holds. */
const TOO_LONG = `${WORDS}\n`.repeat(600);

/** A port on which nothing listens. */
const NOWHERE = 'http://127.0.0.1:9';

/** All four states, each with the views there are in it: `scenes.full.today`. */
export class Stage {
  static async isSet() {
    const stage = new Stage();
    [stage.town, stage.quiet, stage.browser] = [await Town.of(FELTBY), await Town.of(QUIET), await opensChromium()];
    stage.scenes = {
      full: await stage.#full(),
      empty: await stage.#empty(),
      offline: await stage.#offline(),
      error: await stage.#error(),
    };
    return stage;
  }

  async end() {
    await this.browser.close();
    await Promise.all([this.town.end(), this.quiet.end()]);
  }

  async #full() {
    const maja = await this.#sitsDown(this.town, 'maja');
    const credentials = await this.town.credentials('hanne');
    return {
      ...(await this.#gate(this.town, 'hanne', 'full', {
        enrol: (newcomer) => newcomer.fillsEnrolment(credentials),
        pin: async (locked) => (await locked.page.locator('.dot.full').count()) || locked.typesPin('274'),
      })),
      ...(await app(maja, 'Ellen Gærdesmutte', (person) => writesOnce(person, WORDS))),
    };
  }

  async #empty() {
    const nobody = await this.#sitsDown(this.quiet, 'timian');
    const first = await this.#sitsDown(this.quiet, 'salvie');
    const { case: bare, note } = await app(first, 'Egon Stillits');
    return {
      ...(await this.#gate(this.quiet, 'timian', 'empty', {})),
      ...everywhere(nobody),
      case: bare,
      note,
    };
  }

  async #offline() {
    const yusuf = await this.#sitsDown(this.town, 'yusuf');
    const views = await app(yusuf, 'Knud Tårnfalk', (person) => writesOnce(person, WORDS));
    await yusuf.device.losesNetwork();
    await yusuf.opensCase('Aage Nattergal-Sørensen');
    await yusuf.writes('Bad fravalgt i dag. Ønsker fredag.');
    await yusuf.seesItKept();
    await yusuf.finishes();
    await yusuf.seesChip(/^Uden net/);
    const gate = await this.#gate(this.town, 'yusuf', 'offline', {
      enrol: (newcomer) => failsOnce(newcomer, () => enrols(newcomer, { server: NOWHERE })),
    });
    await gate.pin.person.device.losesNetwork();
    return { ...gate, ...views };
  }

  /** A value was refused and a note went to the leader, another waits for the password, and two people have set the same
   * field. */
  async #error() {
    const { town } = this;
    const oliver = await this.#sitsDown(town, 'oliver');
    const birgit = await this.#sitsDown(town, 'birgit');
    await oliver.device.losesNetwork();
    await oliver.opensCase('Svend Isfugl');
    await oliver.setsField('hjaelpemidler', 'Rollator og gribetang');
    await oliver.seesChip(/1 gemt/);
    await birgit.opensCase('Svend Isfugl');
    await birgit.setsField('hjaelpemidler', 'Rollator og toiletforhøjer med armlæn');
    await birgit.device.hasFetchedAll();
    await oliver.device.findsNetwork();
    await oliver.see('conflict-hjaelpemidler').waitFor();
    await town.admin('role', 'grant', '--person', 'gitte', '--role', 'authority@Team Kløver');
    const gitte = await this.#sitsDown(town, 'gitte');
    await this.#writesWithoutARight(gitte);
    await town.admin('session', 'end', '--user', 'oliver');
    await oliver.writes('Svend drak kun et halvt glas saft.');
    await oliver.finishes();
    await until('the password is asked for', async () => (await oliver.device.chip()).state === 'sign_in');
    await town.admin('role', 'grant', '--person', 'peter', '--role', 'leader@Team Kløver');
    const peter = await this.#sitsDown(town, 'peter');
    const missing = randomUUID();
    const views = await app(oliver, 'Svend Isfugl', (person) => failsOnce(person, () => person.pastes(TOO_LONG)));
    return {
      ...(await this.#gate(town, 'oliver', 'error', {
        enrol: (newcomer) => failsOnce(newcomer, () => enrols(newcomer, { again: '274916' })),
        pin: (locked) => failsOnce(locked, () => locked.typesPin('918273')),
      })),
      ...views,
      sync: { person: gitte, place: '#/sync', ready: '[data-test=handed]' },
      loose: { person: peter, place: '#/loose', ready: '[data-test=loose]' },
      'case-not-here': { person: oliver, place: `#/cases/${missing}`, ready: '[data-test=problem]' },
      post: { person: oliver, place: `#/news/${missing}`, ready: '[data-test=problem]' },
    };
  }

  /** An authority reads a case and writes nothing in it: the page offers nothing to write in, an older one did. The note is
   * on a case that is not here. */
  async #writesWithoutARight(gitte) {
    const { device } = gitte;
    const id = await caseOf(gitte, 'Bodil Bogfinke');
    const { heads } = await device.command({ do: 'case', id });
    const value = { type: 'text', value: 'Rollator og forhøjet toiletsæde' };
    await device.command({ do: 'set_field', id: randomUUID(), case: id, key: 'hjaelpemidler', heads, value });
    const after = 'Bodil har ondt i hoften, når hun rejser sig. Lægen er ringet op.';
    const draft = { case: randomUUID(), visit: null, heads: [], before: '', after };
    await device.command({ do: 'keep_draft', id: randomUUID(), note: randomUUID(), ...draft });
    await until('a value is refused', async () => (await device.chip()).handling > 0);
    const handed = async () => (await device.command({ do: 'sync_page' })).handed.length > 0;
    await until('a note is with the leader', handed);
  }

  async #sitsDown(town, user) {
    return Person.at(await town.deviceOf(user), this.browser);
  }

  /** A device nobody has used, and a locked one. */
  async #gate(town, user, name, { enrol, pin }) {
    const newcomer = await Person.before(await town.newDevice(`new-${name}`), this.browser);
    const locked = await Person.at(await town.deviceOf(user, `locked-${name}`), this.browser);
    await locked.locks();
    return {
      enrol: { person: newcomer, ready: '[data-test=enrol-submit]', deed: enrol },
      pin: { person: locked, ready: '[data-test=pin-dots]', deed: pin },
    };
  }
}

/** The id of that citizen's case. */
async function caseOf(person, citizen) {
  const look = { filter: { mine: false, overdue: false, case_type: null, show: 'all' }, sort: 'subject' };
  const { rows } = await person.device.command({ do: 'cases', query: citizen, ...look, offset: 0, limit: 1 });
  return rows[0].id;
}

/** The screens that need no case and no post. */
function everywhere(person) {
  return {
    today: { person, place: '#/today', ready: '[data-test=age]' },
    cases: { person, place: '#/cases', ready: '[data-test=total]' },
    news: { person, place: '#/news', ready: '[data-test=age]' },
    sync: { person, place: '#/sync', ready: '.sync-line' },
    settings: { person, place: '#/more', ready: '[data-test=set-theme-dark]' },
  };
}

/** All screens behind the gate, with that citizen's case; `deed` is what the person does in the note. */
async function app(person, citizen, deed) {
  const posts = (await person.device.command({ do: 'news' })).rows;
  const place = `#/cases/${await caseOf(person, citizen)}`;
  return {
    ...everywhere(person),
    case: { person, place, ready: '[data-test=case-title]' },
    note: { person, place: `${place}/note/${randomUUID()}`, ready: '[data-test=note-text]', deed },
    ...(posts.length && { post: { person, place: `#/news/${posts.at(-1).id}`, ready: '[data-test=post-body]' } }),
  };
}

async function writesOnce(person, words) {
  if ((await person.editor()) === '') {
    await person.pastes(words);
  }
  await person.seesItKept();
}

/** Does what fails, unless the page still says how it failed. */
async function failsOnce(person, deed) {
  if ((await person.see('problem').count()) === 0) {
    await deed();
    await person.see('problem').waitFor();
  }
}

async function enrols(newcomer, wrong) {
  const right = { server: NOWHERE, token: 'kode', user: 'hanne', password: 'prøve', pin: '274915' };
  await newcomer.fillsEnrolment({ ...right, ...wrong });
  await newcomer.see('enrol-submit').click();
}
