import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Scope } from './promql.js';

/** Panels under one heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly (StatBuilder | TimeseriesBuilder)[];
}

/** A dashboard. */
export interface BoardSpec {
  /** `parley-NAME`: also the name of its file. Links of users keep it, so it never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly scope: Scope;
  /** The services whose processes can be chosen, as a pattern; with the scope `process`. */
  readonly services?: string;
  readonly sections: readonly Section[];
}

/** Tells Parley's dashboards from others: they link to each other by it. */
const TAG = 'parley';

/** Builds the dashboard as Grafana reads it. */
export function board(spec: BoardSpec): Dashboard {
  const builder = new DashboardBuilder(`Parley / ${spec.title}`)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .link(
      new DashboardLinkBuilder('Parley')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const variable of variablesOf(spec)) builder.withVariable(variable);
  let id = 0;
  for (const { title, panels } of spec.sections) {
    builder.withRow(new RowBuilder(title).id((id += 1)));
    for (const panel of panels) builder.withPanel(panel.id((id += 1)));
  }
  return builder.build();
}

/** Every one stands at All, which also matches processes that bear no such label. */
function variablesOf({ scope, services = '.*' }: BoardSpec): QueryVariableBuilder[] {
  const choice = (name: string, label: string, query: string): QueryVariableBuilder =>
    new QueryVariableBuilder(name)
      .label(label)
      .datasource({ type: 'prometheus', uid: '${datasource}' })
      .query({ query, refId: name })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue('.*')
      .current({ text: ['All'], value: ['$__all'], selected: true });
  const namespace = choice('namespace', 'Namespace', 'label_values(parley_build_info, namespace)');
  if (scope === 'installation') return [namespace];
  const of = `service=~"${services}",namespace=~"$namespace"`;
  return [
    namespace,
    choice('job', 'Job', `label_values(parley_build_info{${of}}, job)`),
    choice('instance', 'Instance', `label_values(parley_build_info{${of},job=~"$job"}, instance)`),
  ];
}
