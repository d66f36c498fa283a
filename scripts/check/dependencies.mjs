import { externalDependencies } from './manifests.mjs';

const exact = /^(npm:(@[^@]+|[^@]+)@)?\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * Complaints about dependencies: without a row in the table of docs/DEPENDENCIES.md (its first column, in
 * backticks), rows that nothing depends on, versions that are not exact, and two versions of one package.
 */
export function dependencyFaults(manifests, table) {
  const rows = new Set([...table.matchAll(/^\|\s*`([^`]+)`/gm)].map(([, name]) => name));
  const seen = new Map();
  const faults = [];
  for (const { file, manifest } of manifests) {
    for (const { name, version } of externalDependencies(manifest)) {
      if (!rows.has(name)) faults.push(`${file}: ${name} has no row in docs/DEPENDENCIES.md`);
      if (!exact.test(version)) faults.push(`${file}: ${name} is not pinned to one version: ${version}`);
      const first = seen.get(name) ?? { file, version };
      if (first.version !== version) {
        faults.push(`${file}: ${name} ${version}, but ${first.file} has ${first.version}`);
      }
      seen.set(name, first);
    }
  }
  const unused = [...rows].filter((name) => !seen.has(name));
  return [...faults, ...unused.map((name) => `docs/DEPENDENCIES.md: nothing depends on ${name}`)];
}
