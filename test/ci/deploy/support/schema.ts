import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from './manifests.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** Where the types of an API group come from; those of Kubernetes itself come from `kubernetes-models`. */
const PACKAGES: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'keda.sh': '@kubernetes-models/keda',
};
const OPTIONS = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
  lib: ['es2023'],
  module: 'esnext',
  moduleResolution: 'bundler',
};

/**
 * Checks each object against the definition of its kind, as types: what a definition does not know, and what has another
 * type there, is an error of the compiler. Returns the faults of each set of objects, by its name, without any network.
 */
export function schemaFaults(sets: ReadonlyMap<string, readonly Manifest[]>): Map<string, string[]> {
  const parent = path.join(ROOT, '.test-artifacts');
  mkdirSync(parent, { recursive: true });
  // Inside the repository, where the packages are found.
  const folder = mkdtempSync(path.join(parent, 'schemas-'));
  const names = [...sets.keys()];
  try {
    names.forEach((name, index) =>
      writeFileSync(path.join(folder, `set${index}.ts`), sourceOf(sets.get(name) ?? [])),
    );
    const config = { compilerOptions: OPTIONS, include: ['*.ts'] };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const output = compile(folder);
    return new Map(names.map((name, index) => [name, linesOf(output, `set${index}.ts`)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A program that is right if and only if the objects are: one fresh literal each, so that no key may be too many. */
function sourceOf(objects: readonly Manifest[]): string {
  return objects
    .map((object, index) => {
      const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', 'v1'];
      const home = PACKAGES[group ?? ''] ?? 'kubernetes-models';
      const module = [home, group, version, object.kind].filter(Boolean).join('/');
      const type = `I${object.kind}`;
      return [
        `import type { ${type} as Kind${index} } from '${module}';`,
        `export const object${index}: Kind${index} = ${JSON.stringify(object)};`,
      ].join('\n');
    })
    .join('\n');
}

function compile(folder: string): string {
  const tsc = path.join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  try {
    return execFileSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
  } catch (error) {
    const { stdout } = error as { stdout: string };
    // Anything else than faults of the objects is a fault of this check.
    if (!stdout.includes('.ts(')) throw error;
    return stdout;
  }
}

function linesOf(output: string, file: string): string[] {
  return output.split('\n').filter((line) => line.includes(`${file}(`));
}
