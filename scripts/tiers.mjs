/**
 * Tests that would make `npm test` too long live in folders of their own. `npm run test:ci` runs those that every change
 * has to pass; `npm run test:full` those that run for long, whose reports feed the figures in docs/.
 */
export const folders = { ci: 'test/ci', full: 'test/full' };

/** The tier of a test file: `test`, `ci` or `full`. */
export function tierOf(file) {
  const found = Object.entries(folders).find(([, folder]) => file.startsWith(`${folder}/`));
  return found?.[0] ?? 'test';
}
