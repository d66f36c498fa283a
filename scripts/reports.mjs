/** Writes the figures of docs/RELIABILITY.md from the reports that `npm run test:full` has left: `npm run reports`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

import { root } from './run.mjs';
import { reportSections } from './reports/sections.mjs';

const page = path.join(root, 'docs', 'RELIABILITY.md');
let text = readFileSync(page, 'utf8');
for (const [name, show] of Object.entries(reportSections)) {
  const file = path.join(root, 'reports', `${name}.json`);
  if (!existsSync(file)) {
    process.stdout.write(`no reports/${name}.json: its figures stay as they are\n`);
    continue;
  }
  const [begin, end] = [`<!-- begin report ${name} -->`, `<!-- end report ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/RELIABILITY.md has no markers of ${name}`);
  const shown = show(JSON.parse(readFileSync(file, 'utf8')));
  text = `${text.slice(0, from + begin.length)}\n\n${shown}\n\n${text.slice(to)}`;
  process.stdout.write(`reports/${name}.json\n`);
}
writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
