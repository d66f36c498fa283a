/** One metric as data. The names of all are the contract with dashboards and alerts. */
export interface MetricDefinition {
  /** `parley_`, snake case, base unit last; counters end in `_total`, histograms in `_seconds`, `_bytes` or `_ratio`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Each from a closed set; every label is given at every use. */
  readonly labels?: readonly string[];
  /** For each label, values whose series stand at 0 from the start (all combinations): so that a first event is a rise. */
  readonly values?: readonly (readonly string[])[];
  /** Histograms only, ascending upper bounds. */
  readonly buckets?: readonly number[];
}

const NAME = /^parley_[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const LABEL = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const NO_BASE_UNIT =
  /_(ms|millis|milliseconds|us|microseconds|minutes|hours|days|kb|mb|kilobytes|megabytes|percent)(_total)?$/;
const RESERVED_END = /_(total|count|sum|bucket|info)$/;
/** Labels that would grow with the number of users. */
const UNBOUNDED =
  /(^|_)(room|user|peer|participant|identity|subject|connection|id|ip|address|token|key|name)$/;

/** What breaks the naming rules (O1), one sentence each; empty if all is well. */
export function checkMetricDefinitions(definitions: readonly MetricDefinition[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const definition of definitions) {
    if (seen.has(definition.name)) problems.push(`${definition.name} is defined twice`);
    seen.add(definition.name);
    for (const problem of checkOne(definition)) problems.push(`${definition.name} ${problem}`);
  }
  return problems;
}

function checkOne({ name, type, help, labels = [], values, buckets }: MetricDefinition): string[] {
  const problems: string[] = [];
  if (!NAME.test(name)) problems.push('is not parley_ and snake case');
  if (NO_BASE_UNIT.test(name)) problems.push('is not in a base unit (seconds, bytes, ratio)');
  if (type === 'counter' && !name.endsWith('_total')) problems.push('is a counter without _total');
  if (type !== 'counter' && RESERVED_END.test(name)) problems.push('ends in a reserved word');
  if (type === 'histogram' && !/_(seconds|bytes|ratio)$/.test(name))
    problems.push('observes neither seconds nor bytes nor a ratio');
  if (help.trim() === '') problems.push('has no help');
  for (const label of labels) {
    if (!LABEL.test(label) || label === 'le') problems.push(`has the label ${label}, which is no legal name`);
    if (UNBOUNDED.test(label)) problems.push(`has the label ${label}, which is no closed set`);
  }
  if (new Set(labels).size !== labels.length) problems.push('has a label twice');
  if (values !== undefined && values.length !== labels.length)
    problems.push('has not one list of values a label');
  if (buckets !== undefined && type !== 'histogram') problems.push('has buckets but is no histogram');
  if (buckets?.some((bound, at) => at > 0 && bound <= (buckets[at - 1] ?? 0)) === true) {
    problems.push('has buckets that do not ascend');
  }
  return problems;
}
