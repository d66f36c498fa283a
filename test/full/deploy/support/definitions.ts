import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

import { kubectl } from '../../../../scripts/deploy/kubectl.mjs';

/** Where the definitions of custom kinds come from: as their projects publish them, in Go modules. */
const SOURCES = [
  { module: 'sigs.k8s.io/gateway-api@v1.4.0', folder: 'config/crd/standard' },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    folder: 'example/prometheus-operator-crd',
  },
  { module: 'github.com/kedacore/keda/v2@v2.21.0', folder: 'config/crd/bases' },
];
const WANTED = ['HTTPRoute', 'PodMonitor', 'PrometheusRule', 'ScaledObject'];

/** Makes the cluster know the custom kinds that the manifests use; resolves when it does. */
export async function applyDefinitions(): Promise<void> {
  const names: string[] = [];
  for (const { module, folder } of SOURCES) {
    const home = path.join(folderOf(module), ...folder.split('/'));
    for (const file of readdirSync(home).filter((one) => one.endsWith('.yaml'))) {
      const text = readFileSync(path.join(home, file), 'utf8');
      for (const document of parseAllDocuments(text)) {
        const { kind, spec, metadata } = (document.toJS() ?? {}) as Definition;
        if (kind !== 'CustomResourceDefinition' || !WANTED.includes(spec.names.kind)) continue;
        await kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(document.toJS()) });
        names.push(`crd/${metadata.name}`);
      }
    }
  }
  if (names.length !== WANTED.length) throw new Error(`not all definitions were found: ${names.join(' ')}`);
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names]);
}

interface Definition {
  kind?: string;
  metadata: { name: string };
  spec: { names: { kind: string } };
}

function folderOf(module: string): string {
  const cwd = mkdtempSync(path.join(tmpdir(), 'parley-modules-'));
  try {
    const told = execFileSync('go', ['mod', 'download', '-json', module], { cwd, encoding: 'utf8' });
    return (JSON.parse(told) as { Dir: string }).Dir;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
