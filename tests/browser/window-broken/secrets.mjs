// The words of demo/feltby.toml that nobody may read on a stolen disk.
// It is no reader of TOML: it knows the one way that file is written.

import { readFileSync } from 'node:fs';

import { FELTBY } from '../town.mjs';

/** Names and their parts, addresses, CPR numbers with and without their hyphen, words of notes and parts. */
export function secretsOfFeltby() {
  const blocks = readFileSync(FELTBY, 'utf8').split(/^(?=\[\[)/m).map(read);
  const names = blocks.flatMap(({ kind, name, subject }) => [subject, kind === 'person' && name]).filter(Boolean);
  const parts = names.flatMap((name) => name.split(/[ -]/).filter((part) => part.length > 6));
  const numbers = blocks.flatMap(({ cpr }) => [cpr, cpr?.replace('-', '')]);
  const words = blocks.filter(({ kind }) => kind === 'note' || kind === 'part').flatMap(({ text }) => longWords(text));
  const all = [...names, ...parts, ...numbers, ...words, ...blocks.map(({ address }) => address)];
  return [...new Set(all.filter(Boolean))];
}

/** The words of a text that are too long to stand somewhere by chance. */
export const longWords = (text) => text.match(/\p{L}{8,}/gu) ?? [];

/** The table of a block, and its text values, on one line or on several. */
function read(block) {
  const [, kind] = block.match(/^\[\[(\w+)\]\]/) ?? [];
  const values = block.matchAll(/^(\w+) = (?:"""\n([^"]*)"""|"([^"\n]+)")$/gm);
  return { kind, ...Object.fromEntries([...values].map(([, key, long, short]) => [key, long ?? short])) };
}
