/** Which of a board's variables narrow a query: those of one process, or of a whole installation. */
export type Scope = 'process' | 'installation';

const MATCHERS: Readonly<Record<Scope, string>> = {
  process: 'namespace=~"$namespace",job=~"$job",instance=~"$instance"',
  installation: 'namespace=~"$namespace"',
};

/** Queries over the metrics that a board's variables choose. */
export interface Queries {
  /** The series of one metric; `more` are further label matchers. */
  of(metric: string, more?: string): string;
  /** How much a counter grows a second, summed by the labels `by`. */
  rate(metric: string, by?: string, more?: string): string;
  /** The sum of a gauge by the labels `by`. */
  sum(metric: string, by?: string, more?: string): string;
  /** A share of what a histogram observed lies below this. `by`: further labels to split by. */
  quantile(share: number, metric: string, by?: string, more?: string): string;
  /** The share of what a counter counted with `more` in all that it counted with `all`. Nothing while it counted nothing. */
  ratio(metric: string, more: string, all?: string): string;
}

/** Makes the queries of a scope. */
export function queries(scope: Scope): Queries {
  const of = (metric: string, more = ''): string =>
    `${metric}{${[MATCHERS[scope], more].filter(Boolean).join(',')}}`;
  const by = (labels: string): string => (labels === '' ? '' : ` by (${labels})`);
  const rate = (metric: string, labels = '', more = ''): string =>
    `sum${by(labels)} (rate(${of(metric, more)}[$__rate_interval]))`;
  return {
    ...{ of, rate },
    sum: (metric, labels = '', more = '') => `sum${by(labels)} (${of(metric, more)})`,
    quantile: (share, metric, labels = '', more = '') =>
      `histogram_quantile(${share}, ${rate(`${metric}_bucket`, labels === '' ? 'le' : `le, ${labels}`, more)})`,
    ratio: (metric, more, all = '') => `${rate(metric, '', more)} / (${rate(metric, '', all)} > 0)`,
  };
}
