/** What a query asks for, found without evaluating it. */
export interface Asked {
  /** Names of metrics and recorded series, each with the labels that its matchers name. */
  readonly metrics: ReadonlyMap<string, ReadonlySet<string>>;
  /** The labels that it groups or joins by. */
  readonly grouping: ReadonlySet<string>;
}

const WORDS = new Set([
  ...['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'offset'],
  ...['inf', 'nan'],
]);

/** Reads a query that is known to be PromQL (promtool has parsed it). */
export function askedBy(expr: string): Asked {
  const metrics = new Map<string, Set<string>>();
  const grouping = new Set<string>();
  const plain = expr
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g, (_, labels: string) => {
      for (const label of labels.split(',').map((one) => one.trim())) if (label !== '') grouping.add(label);
      return ' ';
    });
  for (const [, name = '', call, matchers = ''] of plain.matchAll(
    /([a-zA-Z_:][\w:]*)\s*(\()?(?:\{([^}]*)\})?/g,
  )) {
    if (call !== undefined || WORDS.has(name.toLowerCase())) continue;
    const labels = metrics.get(name) ?? new Set<string>();
    for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) labels.add(label);
    metrics.set(name, labels);
  }
  return { metrics, grouping };
}
