/** ERRORS.md as Markdown, from the tables of error codes and close codes. */
export function errorsPage({ ERRORS, CLOSE_CODES }) {
  return [
    '# Errors and close codes',
    '',
    'Generated from `packages/protocol/src/errors.ts` and `close-codes.ts` by `packages/protocol/tools/generate-docs.mjs`. Codes are never',
    'reused. What they belong to stands in [PROTOCOL.md](PROTOCOL.md).',
    '',
    '## Error codes',
    '',
    'In the `error` of a `reply`, and in `error` frames. `retry`: `no`, the same request will not succeed; `now`, it may be sent again at once; `after`,',
    'it may be sent again after `retryAfterMs`.',
    '',
    table(
      ['code', 'retry', 'meaning'],
      Object.entries(ERRORS).map(([code, { retry, meaning }]) => [`\`${code}\``, retry, meaning]),
    ),
    '',
    '## Close codes',
    '',
    'In `goodbye` and in the close that follows it. 4000-4099: stop; 4100-4199: back off, then come back; 4200-4299, and every standard code: come',
    'back at once.',
    '',
    table(
      ['code', 'reason', 'then', 'meaning'],
      Object.entries(CLOSE_CODES).map(([reason, { code, action, meaning }]) => [
        String(code),
        `\`${reason}\``,
        action,
        meaning,
      ]),
    ),
    '',
  ].join('\n');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
