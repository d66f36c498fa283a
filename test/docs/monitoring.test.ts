import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dashboards, runbookUrl } from '../../deploy/grafana/src/index.js';
import { prometheusRule, RULE_FILE } from '../../scripts/monitoring/prometheus-rule.mjs';
import {
  allRules,
  committedBoards,
  panelsOf,
  RULE_FILES,
  RULES,
  rulesOf,
  RUNBOOKS,
} from '../support/monitoring.js';
import type { QueryPanel } from '../support/monitoring.js';
import { askedBy } from '../support/promql.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const rules = allRules();
const alerts = rules.filter(({ alert }) => alert !== undefined);
const names = [...new Set(alerts.map(({ alert = '' }) => alert))];

describe('what is generated is what its source says (npm run monitoring mends it)', () => {
  const pretty = async (name: string, text: string): Promise<string> => {
    const file = path.join(ROOT, name);
    return format(text, { ...(await resolveConfig(file)), filepath: file });
  };

  test('dashboards', async () => {
    const boards = dashboards();
    expect([...committedBoards().keys()].sort()).toEqual(boards.map(({ uid }) => `${uid}.json`).sort());
    for (const board of boards) {
      const name = `deploy/grafana/dashboards/${board.uid}.json`;
      expect(readFileSync(path.join(ROOT, name), 'utf8'), name).toBe(
        await pretty(name, JSON.stringify(board)),
      );
    }
  });

  test('the PrometheusRule', async () => {
    const sources = RULE_FILES.map((name) => readFileSync(path.join(RULES, name), 'utf8'));
    const fresh = await pretty(RULE_FILE, prometheusRule(sources));
    expect(readFileSync(path.join(ROOT, RULE_FILE), 'utf8')).toBe(fresh);
  });
});

describe.each([...committedBoards()])('%s', (_, board) => {
  const panels = panelsOf(board);

  test('every panel says what it shows, in a unit, and what is good', () => {
    expect(panels.length).toBeGreaterThan(4);
    for (const { title = '', description = '', fieldConfig } of panels) {
      expect(title).not.toBe('');
      expect(description.length, title).toBeGreaterThan(20);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(fieldConfig?.defaults.thresholds?.steps[0]?.value, title).toBeNull();
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    expect(new Set(board.panels?.map(({ id }) => id)).size).toBe(board.panels?.length);
  });

  test('every query is narrowed by the variables, which all exist', () => {
    const variables = new Set(board.templating?.list?.map(({ name }) => name));
    for (const { expr, title } of everyQuery(panels)) {
      for (const [, name = ''] of expr.matchAll(/\$(?!__)\{?(\w+)/g))
        expect(variables, title).toContain(name);
      for (const [metric, matchers] of askedBy(expr).metrics)
        expect(
          matchers.map(({ label }) => label),
          metric,
        ).toContain('namespace');
    }
  });

  test('a rate is taken over $__rate_interval', () => {
    for (const { expr, title } of everyQuery(panels))
      for (const [call] of expr.matchAll(/\b(?:rate|irate)\([^[]*\[[^\]]*\]/g))
        expect(call, title).toContain('[$__rate_interval]');
  });

  test('it leads to the other dashboards, and panels to runbooks that exist', () => {
    expect(board.links).toMatchObject([{ type: 'dashboards', tags: board.tags, keepTime: true }]);
    for (const { url = '' } of panels.flatMap(({ links = [] }) => links))
      expect(names.map(runbookUrl), url).toContain(url);
  });
});

describe('O4 alerts', () => {
  test('each has a severity, a summary, a description and a runbook that exists', () => {
    for (const { alert = '', labels, annotations } of alerts) {
      expect(['page', 'ticket'], alert).toContain(labels?.['severity']);
      expect(annotations?.['summary'], alert).toBeTruthy();
      expect(annotations?.['description'], alert).toBeTruthy();
      expect(annotations?.['runbook_url']).toBe(runbookUrl(alert));
    }
    const pages = readdirSync(RUNBOOKS).filter((name) => name !== 'README.md');
    expect(pages.sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });

  test('each runbook says what it means, where to look, what to do and when it is over', () => {
    for (const name of names) {
      const text = readFileSync(path.join(RUNBOOKS, `${name}.md`), 'utf8');
      const heads = [...text.matchAll(/^#+ (.*)$/gm)].map(([, head]) => head);
      expect(heads, name).toEqual([name, 'For users', 'Look at', 'Do', 'It is over when']);
      for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)[^)]*\)/g))
        expect(existsSync(path.join(RUNBOOKS, link)), `${name}: ${link}`).toBe(true);
    }
  });

  test('runbooks name panels that there are', () => {
    const titles = [...committedBoards().values()].flatMap(panelsOf).map(({ title = '' }) => title);
    for (const name of names) {
      const text = readFileSync(path.join(RUNBOOKS, `${name}.md`), 'utf8');
      for (const [, quoted = ''] of text.matchAll(/"([^"$`]+)"/g))
        expect(
          titles.some((title) => title.startsWith(quoted)),
          `${name}: ${quoted}`,
        ).toBe(true);
    }
  });

  test('runbooks name log lines, queues and causes that there are', () => {
    const known = ['LOGS', 'METRICS'].map((name) =>
      readFileSync(path.join(ROOT, 'docs', `${name}.md`), 'utf8'),
    );
    for (const name of names) {
      const text = readFileSync(path.join(RUNBOOKS, `${name}.md`), 'utf8');
      for (const [, quoted = ''] of text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g))
        expect(
          known.some((page) => page.split(/[^a-z-]+/).includes(quoted)),
          `${name}: ${quoted}`,
        ).toBe(true);
    }
  });

  test.each(RULE_FILES)(
    'each of %s fires in one unit test, and is quiet in one that has all that it queries',
    (file) => {
      const tests = unitTests(file);
      const quiet = tests.find(({ fires }) => fires.length === 0);
      for (const { alert = '', labels, expr } of rulesOf(file).filter((rule) => rule.alert !== undefined)) {
        expect(tests.flatMap(({ fires }) => fires)).toContain(`${alert} ${labels?.['severity']}`);
        for (const metric of scrapedFor(expr))
          expect(quiet?.metrics, `${alert} stays quiet`).toContain(metric);
      }
    },
  );

  test('docs/MONITORING.md tells of every one', () => {
    const text = readFileSync(path.join(ROOT, 'docs', 'MONITORING.md'), 'utf8');
    for (const name of names) expect(text).toContain(`[${name}](runbooks/${name}.md)`);
  });
});

function everyQuery(panels: readonly QueryPanel[]): { title: string; expr: string }[] {
  return panels.flatMap(({ title = '', targets }) =>
    targets.map((target) => ({ title, expr: (target as unknown as { expr: string }).expr })),
  );
}

/** The metrics that a query needs in the end: recorded series stand for what they are made of. */
function scrapedFor(expr: string): string[] {
  return [...askedBy(expr).metrics.keys()].flatMap((name) => {
    const made = rules.filter(({ record }) => record === name);
    return made.length === 0 ? [name] : made.flatMap((rule) => scrapedFor(rule.expr));
  });
}

interface UnitTest {
  /** The names of the metrics that it feeds. */
  readonly metrics: readonly string[];
  /** The alerts that fire at some time in it, with their severities. */
  readonly fires: readonly string[];
}

/** What the promtool tests of a rule file feed and expect. */
function unitTests(file: string): UnitTest[] {
  const text = readFileSync(path.join(RULES, file.replace('.rules.', '.test.')), 'utf8');
  const { tests } = parse(text) as {
    tests: {
      input_series: { series: string }[];
      promql_expr_test?: { exp_samples: { labels: string }[] }[];
    }[];
  };
  return tests.map(({ input_series: series, promql_expr_test: expectations = [] }) => ({
    metrics: series.map((one) => one.series.replace(/\{.*/, '')),
    fires: expectations
      .flatMap(({ exp_samples: samples }) => samples.map(({ labels }) => labels))
      .flatMap((labels) => [...labels.matchAll(/alertname="(\w+)",severity="(\w+)"/g)])
      .map(([, name, severity]) => `${name} ${severity}`),
  }));
}
