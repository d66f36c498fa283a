/** Where this project's `docs/` can be read. An operator puts the address of their own copy in its place. */
const DOCS = 'https://parley.example/docs';

/** The page that says what to do about an alert. */
export function runbookUrl(alert: string): string {
  return `${DOCS}/runbooks/${alert}.md`;
}
