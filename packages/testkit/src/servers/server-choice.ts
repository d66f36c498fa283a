/** Where a real server comes from: a program of this machine, or an image that Docker has. */
export type ServerSource = { readonly via: 'path'; readonly file: string } | { readonly via: 'docker' };

/**
 * Reads the choice from the environment: `PARLEY_SERVERS=docker` is for all servers; else `variable` holds the path of
 * the program, or the word `docker`. `wanted` overrules that. Throws where no path is known that is needed.
 */
export function chooseSource(variable: string, wanted?: 'path' | 'docker'): ServerSource {
  const file = serverProgram(variable);
  const isDocker = process.env['PARLEY_SERVERS'] === 'docker' || process.env[variable] === 'docker';
  if (wanted === 'docker' || (wanted === undefined && isDocker)) return { via: 'docker' };
  if (file === undefined) throw new Error(`${variable} holds no path: run these tests by \`npm test\``);
  return { via: 'path', file };
}

/** The path of the program, for tests that need its process; undefined where there is Docker alone. */
export function serverProgram(variable: string): string | undefined {
  const value = process.env[variable];
  return value === '' || value === 'docker' ? undefined : value;
}
