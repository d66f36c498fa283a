/**
 * Writes the figures of docs/RELIABILITY.md, docs/MONITORING.md and docs/BENCHMARKS.md from the reports that `npm run test:full`
 * and bench/ have left, and draws the charts of what Prometheus recorded: `npm run reports`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

import { drawBoard } from './reports/charts/board.mjs';
import { root } from './run.mjs';
import { reportSections } from './reports/sections.mjs';

for (const [name, { page, show }] of Object.entries(reportSections)) {
  const report = path.join(root, 'reports', `${name}.json`);
  if (!existsSync(report)) {
    process.stdout.write(`no reports/${name}.json: its figures stay as they are\n`);
    continue;
  }
  await write(path.join(root, 'docs', page), name, show(JSON.parse(readFileSync(report, 'utf8'))));
  process.stdout.write(`reports/${name}.json\n`);
}

const recording = path.join(root, '.test-artifacts', 'monitoring.json');
if (existsSync(recording)) {
  const folder = path.join(root, 'docs', 'images', 'monitoring');
  const run = JSON.parse(readFileSync(recording, 'utf8'));
  mkdirSync(folder, { recursive: true });
  for (const board of run.boards)
    writeFileSync(path.join(folder, `${board.uid}.svg`), `${drawBoard(board, run)}\n`);
  process.stdout.write(`docs/images/monitoring: ${run.boards.length} charts\n`);
}

/** Puts Markdown between the markers of that name. */
async function write(file, name, shown) {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- begin report ${name} -->`, `<!-- end report ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no markers of ${name}`);
  const next = `${text.slice(0, from + begin.length)}\n\n${shown}\n\n${text.slice(to)}`;
  writeFileSync(file, await format(next, { ...(await resolveConfig(file)), filepath: file }));
}
