import { en } from '../i18n/en.js';
import { translate } from '../i18n/translate.js';
import { CHECKS } from './check.js';
import type { CheckName, Outcome } from './check.js';

/** The machine that a report is about. */
export interface Machine {
  readonly userAgent: string;
  /** Address of the page, without what follows the host. */
  readonly origin: string;
  /** When it was made, as ISO 8601 has it. */
  readonly at: string;
  /** What the server says of the connections of calls that are open here, by name of the verdict. */
  readonly verdicts?: readonly string[];
}

/** A report to hand on, in English, whatever the reader speaks: no addresses, no names, no passwords. */
export function reportOf(
  outcomes: ReadonlyMap<CheckName, Outcome>,
  { userAgent, origin, at, verdicts = [] }: Machine,
): string {
  const lines = CHECKS.flatMap((name) => {
    const outcome = outcomes.get(name);
    if (!outcome) return [];
    return [`[${outcome.result}] ${en[`check.${name}`]}: ${translate('en', outcome.text, outcome.values)}`];
  });
  return [
    `Parley diagnosis, ${at}`,
    origin,
    userAgent,
    '',
    ...lines,
    ...verdicts.map((code) => `[set up] ${code}`),
    '',
  ].join('\n');
}
