// Looks through folders for words that should not stand there in clear, whichever way they are written down.
// It opens no encrypted file, and follows no link.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How a word may be put down: on disk, in a browser's stores, in a log. */
const ENCODINGS = ['utf8', 'utf16le', 'latin1'];

/** Every file below a folder. */
export async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Which of these words stand in which file, as `file: word (encoding)`. Large and small letters count alike. */
export async function wordsInClear(files, words) {
  const needles = words.flatMap((word) =>
    ENCODINGS.map((encoding) => ({ word, encoding, bytes: folded(Buffer.from(word, encoding)) })),
  );
  const found = [];
  for (const file of files) {
    const bytes = folded(await readFile(file));
    for (const needle of needles.filter((needle) => bytes.includes(needle.bytes))) {
      found.push(`${file}: ${needle.word} (${needle.encoding})`);
    }
  }
  return found;
}

/** Bytes as a string of one character each, so that both sides are folded alike. */
function folded(bytes) {
  return bytes.toString('latin1').toLowerCase();
}
