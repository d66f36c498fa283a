import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const RULES = path.join(root, 'deploy', 'prometheus');
export const BOARDS = path.join(root, 'deploy', 'grafana', 'dashboards');
export const RUNBOOKS = path.join(root, 'docs', 'runbooks');

/** One rule of a rule file: an alert, or a recorded series. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule file as it is parsed. */
export interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly interval?: string;
    readonly rules: readonly Rule[];
  }[];
}

/** The names of the rule files. */
export const RULE_FILES = readdirSync(RULES).filter((name) => name.endsWith('.rules.yaml'));

/** The rules of one file. */
export function rulesOf(name: string): Rule[] {
  const { groups } = parse(readFileSync(path.join(RULES, name), 'utf8')) as RuleFile;
  return groups.flatMap(({ rules }) => rules);
}

/** All rules of all files. */
export function allRules(): Rule[] {
  return RULE_FILES.flatMap(rulesOf);
}

/** A panel that queries, of a dashboard as it is committed. */
export interface QueryPanel extends Panel {
  readonly targets: NonNullable<Panel['targets']>;
}

/** The committed dashboards, by the name of their file. */
export function committedBoards(): ReadonlyMap<string, Dashboard> {
  const names = readdirSync(BOARDS).filter((name) => name.endsWith('.json'));
  return new Map(
    names.map((name) => [name, JSON.parse(readFileSync(path.join(BOARDS, name), 'utf8')) as Dashboard]),
  );
}

/** The panels of a dashboard, without the headings between them. */
export function panelsOf({ panels = [] }: Dashboard): QueryPanel[] {
  return panels.filter((panel): panel is QueryPanel => panel.type !== 'row' && 'targets' in panel);
}

/** The queries of a panel, with Grafana's variables as they stand in Prometheus. */
export function queriesOf({ targets }: QueryPanel, rateInterval: string): { expr: string; legend: string }[] {
  return targets.map((target) => {
    const { expr, legendFormat } = target as unknown as { expr: string; legendFormat: string };
    const said = expr.replaceAll('$__rate_interval', rateInterval);
    return { expr: said.replace(/\$(?:namespace|job|instance)\b/g, '.*'), legend: legendFormat };
  });
}
