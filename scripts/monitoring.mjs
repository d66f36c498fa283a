/**
 * `npm run monitoring`: writes the dashboards from deploy/grafana/src, and the PrometheusRule of Kubernetes from the rules in
 * deploy/prometheus. A test compares both with their sources.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

import { dashboards } from '../deploy/grafana/dist/index.js';
import { prometheusRule, RULE_FILE } from './monitoring/prometheus-rule.mjs';
import { root } from './run.mjs';

const rules = path.join(root, 'deploy', 'prometheus');
const sources = readdirSync(rules)
  .filter((name) => name.endsWith('.rules.yaml'))
  .map((name) => readFileSync(path.join(rules, name), 'utf8'));

for (const board of dashboards())
  await write(`deploy/grafana/dashboards/${board.uid}.json`, JSON.stringify(board));
await write(RULE_FILE, prometheusRule(sources));

async function write(name, text) {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  process.stdout.write(`${name}\n`);
}
