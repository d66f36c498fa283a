import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { root } from '../run.mjs';

const OURS = /\bparley\/[a-z-]+:[\w.-]+/g;

/** The images of ours, with their tags, that the files of deploy/ name, in the order of the alphabet. */
export function imagesOfOurs(folder = path.join(root, 'deploy')) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.ya?ml$/.test(file));
  const named = files.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').match(OURS) ?? []);
  return [...new Set(named)].sort();
}
