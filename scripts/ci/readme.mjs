/**
 * The two commands that README.md promises: `{ start, test }`, from its fenced code blocks, so that what people
 * copy is what is tried. Throws if either is missing.
 */
export function readmeCommands(markdown) {
  const lines = [...markdown.matchAll(/^```[^\n]*\n(.*?)^```/gms)].flatMap(([, block]) => block.split('\n'));
  const find = (script) => {
    const line = lines.find((one) => new RegExp(`^npm ci && npm ${script}\\s*(#.*)?$`).test(one));
    if (!line) throw new Error(`README.md has no code block with the line: npm ci && npm ${script}`);
    return line.replace(/#.*$/, '').trim();
  };
  return { start: find('start'), test: find('test') };
}
