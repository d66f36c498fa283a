import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.test-artifacts']);
const languages = /\.(html|css|sh|yml|yaml)$/;

/** Files in languages that ESLint does not read, with more than `max` lines. What begins with `# Generated` may be longer. */
export function longFiles(root, max = 400) {
  return walk(root, '')
    .filter((file) => languages.test(file))
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
    .filter(({ text }) => !text.startsWith('# Generated'))
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > max)
    .map(({ file, lines }) => `${file}: ${lines} lines; the limit is ${max}`);
}

function walk(root, folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : walk(root, file);
    return [file];
  });
}
