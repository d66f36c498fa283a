import { committedBoards, panelsOf, queriesOf } from '../../../support/monitoring.js';
import type { QueryPanel } from '../../../support/monitoring.js';
import type { Prometheus, Series } from './start-prometheus.js';

/** What is asked of each query: from, to (seconds), and how far apart. */
export interface Grid {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** All dashboards, with what Prometheus answers to each of their queries, for tables and charts. */
export async function recordBoards(
  prometheus: Prometheus,
  grid: Grid,
  rateInterval: string,
): Promise<RecordedBoard[]> {
  const boards: RecordedBoard[] = [];
  for (const board of committedBoards().values()) {
    const panels: RecordedPanel[] = [];
    for (const panel of panelsOf(board))
      panels.push(await recordPanel(prometheus, panel, grid, rateInterval));
    const rows = (board.panels ?? []).filter(({ type }) => type === 'row');
    boards.push({
      uid: board.uid ?? '',
      title: board.title ?? '',
      rows: rows.map(({ title = '', gridPos }) => ({ title, y: gridPos?.y ?? 0 })),
      panels,
    });
  }
  return boards;
}

export interface RecordedBoard {
  readonly uid: string;
  readonly title: string;
  readonly rows: readonly { readonly title: string; readonly y: number }[];
  readonly panels: readonly RecordedPanel[];
}

export interface RecordedPanel {
  readonly title: string;
  readonly kind: string;
  readonly unit: string;
  readonly grid: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly steps: readonly { readonly value: number | null; readonly color: string }[];
  readonly max?: number;
  readonly stacked?: boolean;
  /** One value for each moment of the grid, null where there is none. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

async function recordPanel(
  prometheus: Prometheus,
  panel: QueryPanel,
  grid: Grid,
  rateInterval: string,
): Promise<RecordedPanel> {
  const answers = await Promise.all(
    queriesOf(panel, rateInterval).map(async ({ expr, legend }) =>
      (await prometheus.range(expr, grid.from, grid.to, grid.step)).map((one) => ({
        name: legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => one.metric[label] ?? ''),
        values: onGrid(one, grid),
      })),
    ),
  );
  const { fieldConfig, gridPos } = panel;
  const { unit = '', thresholds, max } = fieldConfig?.defaults ?? {};
  const custom = fieldConfig?.defaults.custom as { stacking?: { mode?: string } } | undefined;
  return {
    ...{ title: panel.title ?? '', kind: panel.type, unit },
    grid: { x: gridPos?.x ?? 0, y: gridPos?.y ?? 0, w: gridPos?.w ?? 0, h: gridPos?.h ?? 0 },
    steps: thresholds?.steps.map(({ value, color }) => ({ value, color })) ?? [],
    ...(typeof max === 'number' && { max }),
    ...(custom?.stacking?.mode === 'normal' && { stacked: true }),
    series: answers.flat(),
  };
}

/** Four digits are more than a chart shows. */
function onGrid({ values }: Series, { from, to, step }: Grid): (number | null)[] {
  const found = new Map(values.map(([time, value]) => [Math.round((time - from) / step), Number(value)]));
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => {
    const value = found.get(index);
    return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
  });
}
