import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const read = (root, file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** Every package.json of the repository: `[{ file, manifest }]`, paths relative to `root` with `/`. */
export function readManifests(root) {
  const parents = read(root, 'package.json').workspaces.map((pattern) => pattern.replace('/*', ''));
  const packages = parents.flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`),
  );
  return ['.', ...packages, '.ci/nodes']
    .map((folder) => path.posix.join(folder, 'package.json'))
    .filter((file) => existsSync(path.join(root, file)))
    .map((file) => ({ file, manifest: read(root, file) }));
}

/** The dependencies of one manifest that come from a registry: `[{ name, version }]`. */
export function externalDependencies(manifest) {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return kinds
    .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
    .filter(([name]) => !name.startsWith('@parley/'))
    .map(([name, version]) => ({ name, version }));
}
