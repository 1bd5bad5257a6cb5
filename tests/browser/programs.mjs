// The programs under test: where they lie, how one is started until it says that it is ready, and how it ends.
// It does not know what any of them does.

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The built page. */
export const PAGE = join(ROOT, 'target/page');

/** Where the programs were built. */
export const PROGRAMS = process.env.FELTBOG_PROGRAMS ?? join(ROOT, 'target/debug');

/** Long enough for a slow machine that is busy with something else. */
const READY_MS = 60_000;

/** Programs that may still be running. */
const started = new Set();

// A server that outlives an interrupted test would hold its folder and its port.
process.on('exit', () => started.forEach((child) => child.kill()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => process.exit(1));
}

/** A program that runs until it is ended. */
export class Running {
  #child;
  #gone;

  constructor(child) {
    this.#child = child;
    this.#gone = new Promise((gone) => child.once('exit', gone));
  }

  /** Its process. */
  get pid() {
    return this.#child.pid;
  }

  /** Asks it to end and waits for that. */
  async end(signal = 'SIGTERM') {
    this.#child.kill(signal);
    await this.#gone;
  }
}

/** Starts a program; returns it and what `recognise` made of the line by which it says that it is ready. What it says
 * of faults goes to `log`; what it prints may hold keys and passwords, and is not kept. */
export async function start(program, words, { log, recognise, within = READY_MS }) {
  const child = spawn(join(PROGRAMS, program), words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const running = new Running(child);
  started.add(child);
  child.once('exit', () => started.delete(child));
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
  try {
    return { running, sign: await firstSign(child, recognise, within) };
  } catch (why) {
    child.kill();
    throw new Error(`${program} ${why.message}: see ${log}`, { cause: why });
  }
}

function firstSign(child, recognise, within) {
  return new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error(`is not ready after ${within / 1000} s`)), within);
    // It must not hold up the end of a run that has failed already.
    late.unref();
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const sign = recognise(line);
      if (sign) {
        clearTimeout(late);
        found(sign);
      }
    });
  });
}

/** Runs a program to its end and returns what it printed. */
export function run(program, words) {
  const child = spawn(join(PROGRAMS, program), words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (words) => (printed[stream] += words));
  }
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => {
      if (code === 0) {
        done(printed.stdout.trim());
      } else {
        failed(new Error(`${program} ${words.join(' ')} ended with ${code ?? signal}: ${printed.stderr}`));
      }
    });
  });
}
