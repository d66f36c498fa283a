/** Path below docs/ -> content, before formatting. */
export function documents(sources: {
  readonly protocol: object;
  readonly schemas: object;
  readonly toJSONSchema: unknown;
}): Map<string, string>;
