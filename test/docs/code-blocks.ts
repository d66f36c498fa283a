import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** The code blocks of one language in a page, given by its path in the repository, in their order. */
export function codeBlocks(page: string, language: string): string[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8');
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fence)].map(([, code = '']) => code);
}

/** The block that holds `part`, and its lines that are not empty. Throws unless it is just one. */
export function codeBlock(page: string, language: string, part: string): { code: string; lines: number } {
  const [code, ...others] = codeBlocks(page, language).filter((block) => block.includes(part));
  if (code === undefined || others.length > 0) throw new Error(`${page}: not just one block has ${part}`);
  return { code, lines: code.split('\n').filter((line) => line.trim() !== '').length };
}
