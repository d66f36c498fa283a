/** One label matcher of a query. */
export interface Matcher {
  readonly label: string;
  /** The values that it names: those between the bars of a pattern; empty where it names none. */
  readonly values: readonly string[];
}

/** What a query asks for, found without evaluating it. */
export interface Asked {
  /** Names of metrics and recorded series, each with its matchers. */
  readonly metrics: ReadonlyMap<string, readonly Matcher[]>;
  /** The labels that it groups or joins by. */
  readonly grouping: ReadonlySet<string>;
}

const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
/** A name, whether it is called, and what stands in braces after it. */
const NAME = /(?<![\w.])([a-zA-Z_:][\w:]*)\s*(\()?(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g;

/** Reads a query that is known to be PromQL: promtool has parsed it. No `}` or `)` stands in its strings. */
export function askedBy(expr: string): Asked {
  const metrics = new Map<string, Matcher[]>();
  const grouping = new Set<string>();
  const plain = expr.replace(/\[[^\]"]*\]/g, ' ').replace(GROUPING, (_, labels: string) => {
    for (const label of labels.split(',').map((one) => one.trim())) if (label !== '') grouping.add(label);
    return ' ';
  });
  for (const [, name = '', call, braces = ''] of plain.matchAll(NAME)) {
    if (call !== undefined || WORDS.has(name.toLowerCase())) continue;
    const matchers = [...braces.matchAll(MATCHER)].map(([, label = '', value = '']) => ({
      label,
      values: /[.*$]/.test(value) ? [] : value.split('|'),
    }));
    metrics.set(name, [...(metrics.get(name) ?? []), ...matchers]);
  }
  return { metrics, grouping };
}
