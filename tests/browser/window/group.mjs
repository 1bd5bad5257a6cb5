// A program that is started and ended together with everything it starts itself, as one process group.
// It does not know which program it is, and never ends one by its name.

import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

import { ROOT } from '../programs.mjs';
import { until } from '../until.mjs';

/** Groups that may still be running. */
const started = new Set();

// A window that outlives an interrupted test would hold its folder and its screen.
process.on('exit', () => started.forEach((group) => group.kill()));

/** A program and all that it started. */
export class Group {
  #child;
  #log;
  #failure = null;

  /** Starts it; what it and its own have to say goes to the file `log`. */
  constructor(command, words, { log, env }) {
    const told = openSync(log, 'a');
    this.#log = log;
    this.#child = spawn(command, words, { cwd: ROOT, detached: true, env, stdio: ['ignore', told, told] });
    this.#child.once('error', (failure) => (this.#failure = failure));
    closeSync(told);
    started.add(this);
  }

  /** Throws when it could not be started, or has ended by itself. */
  mustRun() {
    const { exitCode, signalCode, spawnfile } = this.#child;
    const ended = exitCode ?? signalCode;
    if (this.#failure || ended !== null) {
      throw this.#failure ?? new Error(`${spawnfile} ended with ${ended}`);
    }
  }

  /** The last of what it had to say. */
  lastWords() {
    return readFileSync(this.#log, 'utf8').split('\n').slice(-30).join('\n');
  }

  /** Ends all of it at once, in the middle of anything. */
  kill() {
    const { pid } = this.#child;
    // The number of a group that is gone may be somebody else's by now.
    if (livingGroups().has(pid)) {
      process.kill(-pid, 'SIGKILL');
    }
  }

  /** Ends all of it, and returns when nothing of it lives. */
  async end() {
    if (started.has(this)) {
      this.kill();
      await until(`${this.#child.spawnfile} is gone`, () => !livingGroups().has(this.#child.pid));
      started.delete(this);
    }
  }
}

/** The group of every process that is more than an entry in a table. */
function livingGroups() {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Set(processes.map(groupOf));
}

function groupOf(pid) {
  try {
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
    return state === 'Z' ? 0 : Number(group);
  } catch {
    return 0; // It ended while we looked.
  }
}
