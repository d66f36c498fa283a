import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { runbookUrl } from './runbook-url.js';

/** One query of a panel, and what its series are called: `{{label}}` stands for a label's value. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** What a panel shows. */
export interface PanelSpec {
  readonly title: string;
  /** What is shown and what is good, for whoever is woken by it. */
  readonly description: string;
  /** One of the SDK's `units`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** From this value on it is to be looked at; below it, with `isFloor`. */
  readonly warn?: number;
  /** From this value on something is wrong; below it, with `isFloor`. */
  readonly bad?: number;
  /** Low values are the bad ones. */
  readonly isFloor?: boolean;
  /** The alert that watches the same. */
  readonly alert?: string;
  /** Series add up to a whole that means something. */
  readonly stacked?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  /** Of 24 columns; default 8 for a graph, 4 for a number. */
  readonly width?: number;
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const [GOOD, WARN, BAD] = ['green', 'orange', 'red'];

/** A graph over time. */
export function graph(spec: PanelSpec): TimeseriesBuilder {
  const panel = new TimeseriesBuilder()
    .lineWidth(1)
    .fillOpacity(spec.stacked === true ? 40 : 8)
    .showPoints(common.VisibilityMode.Never)
    .spanNulls(false)
    .height(8)
    .span(spec.width ?? 8)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (spec.stacked === true)
    panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (hasThresholds(spec))
    panel.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  return withSpec(panel, spec);
}

/** The newest value as a number, with its course behind it. */
export function stat(spec: PanelSpec): StatBuilder {
  const panel = new StatBuilder()
    .height(5)
    .span(spec.width ?? 4)
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(hasThresholds(spec) ? common.BigValueColorMode.Background : common.BigValueColorMode.Value)
    .textMode(spec.queries.length > 1 ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Auto)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  if (hasThresholds(spec)) panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
  return withSpec(panel, spec);
}

/** What both kinds have alike. */
function withSpec<P extends TimeseriesBuilder | StatBuilder>(panel: P, spec: PanelSpec): P {
  panel
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(DATASOURCE)
    .noValue('no data');
  if (spec.min !== undefined) panel.min(spec.min);
  if (spec.max !== undefined) panel.max(spec.max);
  if (spec.decimals !== undefined) panel.decimals(spec.decimals);
  panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(stepsOf(spec)));
  for (const [index, { expr, legend }] of spec.queries.entries())
    panel.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .datasource(DATASOURCE)
        .expr(expr)
        .legendFormat(legend)
        .range(),
    );
  if (spec.alert !== undefined)
    panel.links([
      new DashboardLinkBuilder(`Runbook: ${spec.alert}`)
        .type(DashboardLinkType.Link)
        .url(runbookUrl(spec.alert))
        .targetBlank(true),
    ]);
  return panel;
}

function hasThresholds({ warn, bad }: PanelSpec): boolean {
  return warn !== undefined || bad !== undefined;
}

/** Grafana paints from each step upwards, so a floor begins with the worst. */
function stepsOf({ warn, bad, isFloor = false }: PanelSpec): Threshold[] {
  const step = (value: number | null | undefined, color: string): Threshold[] =>
    value === undefined ? [] : [{ value, color }];
  if (!isFloor) return [...step(null, GOOD), ...step(warn, WARN), ...step(bad, BAD)];
  const lowest = bad === undefined ? WARN : BAD;
  if (warn === undefined && bad === undefined) return step(null, GOOD);
  return [
    ...step(null, lowest),
    ...(bad === undefined ? [] : step(bad, warn === undefined ? GOOD : WARN)),
    ...step(warn, GOOD),
  ];
}
