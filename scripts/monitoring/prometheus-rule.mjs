import { parse, stringify } from 'yaml';

/** Where the PrometheusRule stands. */
export const RULE_FILE = 'deploy/k8s/components/monitoring/prometheus-rule.yaml';

/** The object that the Prometheus operator reads, of the texts of plain rule files. Its namespace is put on by kustomize. */
export function prometheusRule(sources) {
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'parley', labels: { 'app.kubernetes.io/part-of': 'parley' } },
    spec: { groups: sources.flatMap((text) => parse(text).groups) },
  };
  const head = '# Generated from deploy/prometheus/*.rules.yaml by `npm run monitoring`.\n';
  return head + stringify(rule, { lineWidth: 0, aliasDuplicateObjects: false });
}
