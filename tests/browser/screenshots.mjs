// Pictures of every screen in every two choices of size, appearance, language and state, and a page to look at them on.
// It compares them with nothing: they are for people's eyes.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { lookAt } from './looking.mjs';
import { PAIRS } from './pairs.mjs';
import { ROOT } from './programs.mjs';
import { Stage } from './scenes.mjs';

const FOLDER = process.argv[2] ? resolve(process.argv[2]) : join(ROOT, 'target/screenshots');

/** Takes all pictures; returns for each its screen, its file and its size. */
async function takeAll(stage) {
  const pictures = [];
  for (const pair of PAIRS) {
    for (const [screen, view] of Object.entries(stage.scenes[pair.state])) {
      const page = await lookAt(view, pair);
      const file = `${[screen, pair.size.name, pair.theme, pair.language, pair.state].join('--')}.png`;
      await page.screenshot({ path: join(FOLDER, file), animations: 'disabled', caret: 'hide' });
      pictures.push({ screen, file, size: pair.size });
    }
  }
  return pictures;
}

/** The page that shows them, screen by screen. */
function index(pictures) {
  const screens = Map.groupBy(pictures, ({ screen }) => screen);
  const section = ([screen, shown]) => `<h2>${screen}</h2>\n<p>${shown.map(figure).join('\n')}</p>`;
  const style = 'body{font-family:sans-serif}figure{display:inline-block;margin:8px;vertical-align:top}';
  return `<!doctype html><meta charset="utf-8"><title>Feltbog: every screen</title><style>${style}</style>
<h1>Feltbog: every screen</h1>
${[...screens].map(section).join('\n')}
`;
}

function figure({ file, size }) {
  const [, ...choices] = file.replace('.png', '').split('--');
  return `<figure><a href="${file}"><img src="${file}" width="${Math.round(size.width / 3)}" alt="${file}"></a>
<figcaption>${choices.join(' · ')}</figcaption></figure>`;
}

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const stage = await Stage.isSet();
try {
  const pictures = await takeAll(stage);
  await writeFile(join(FOLDER, 'index.html'), index(pictures));
  console.log(`${pictures.length} pictures: ${join(FOLDER, 'index.html')}`);
} finally {
  await stage.end();
}
