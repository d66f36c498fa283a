import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** A Kubernetes object, as far as all are alike. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // Each kind has its own.
  [field: string]: unknown;
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The overlays as they are delivered. */
export const OVERLAYS = ['dev', 'redis', 'nats'] as const;
/** What an overlay may be given besides, all at once. */
const EXTRA = ['keda', 'ingress', 'coturn'];

/** What `kubectl kustomize` makes of a folder below deploy/k8s. */
export function render(folder: string): Manifest[] {
  const kubectl = process.env['PARLEY_KUBECTL'];
  if (kubectl === undefined)
    throw new Error('PARLEY_KUBECTL is not set: run these tests by `npm run test:ci`');
  const yaml = execFileSync(kubectl, ['kustomize', path.join('deploy', 'k8s', folder)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);
}

/** The overlays, and two of them with every component that they leave out. */
export function renderAll(): Map<string, Manifest[]> {
  const all = new Map<string, Manifest[]>();
  for (const name of OVERLAYS) all.set(name, render(`overlays/${name}`));
  for (const name of ['redis', 'nats']) all.set(`${name} with everything`, renderWith(name, EXTRA));
  return all;
}

/** Components are found by relative paths only: so this overlay lies beside the others while it is rendered. */
function renderWith(overlay: string, components: readonly string[]): Manifest[] {
  const parent = path.join(ROOT, '.test-artifacts');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'overlay-'));
  const up = path.relative(folder, path.join(ROOT, 'deploy', 'k8s')).replaceAll(path.sep, '/');
  const lines = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    `resources: ['${up}/overlays/${overlay}']`,
    `components: [${components.map((name) => `'${up}/components/${name}'`).join()}]`,
  ];
  try {
    writeFileSync(path.join(folder, 'kustomization.yaml'), `${lines.join('\n')}\n`);
    return render(path.relative(path.join(ROOT, 'deploy', 'k8s'), folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
