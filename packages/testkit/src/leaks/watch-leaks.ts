import { findLeaks, findLeaksInLine, secretsOf } from './find-leaks.js';

/** Looks at everything that a process says, for as long as it lives (X10). */
export interface LeakWatch {
  /** Takes a piece of what it prints. */
  hear(stream: 'stdout' | 'stderr', chunk: string): void;
  /** Looks at its metrics, if it still gives any within half a second. */
  scrape(startLine: string): Promise<void>;
  /** Throws if anything leaked. */
  check(): void;
}

const SCRAPE_MS = 500;
const MAX_LEAKS = 5;
const MAX_LINE = 1_000_000;

/** Watches one process; the secrets among its settings are looked for word for word. */
export function watchLeaks(env: Readonly<Record<string, string>>): LeakWatch {
  const secrets = secretsOf(env);
  const leaks: string[] = [];
  const rest = { stdout: '', stderr: '' };
  const found = (more: readonly string[]): void => {
    if (leaks.length < MAX_LEAKS) leaks.push(...more);
  };
  return {
    hear: (stream, chunk) => {
      const lines = (rest[stream] + chunk).split('\n');
      rest[stream] = lines.pop()?.slice(-MAX_LINE) ?? '';
      for (const line of lines) found(findLeaksInLine(line, secrets));
    },
    scrape: async (startLine) => {
      const url = /metrics on (\S+\/metrics)/.exec(startLine)?.[1];
      if (url === undefined) return;
      const signal = AbortSignal.timeout(SCRAPE_MS);
      const text = await fetch(url, { signal }).then(
        (answer) => answer.text(),
        () => '',
      );
      found(findLeaks(text, secrets));
    },
    check: () => {
      for (const line of Object.values(rest)) found(findLeaksInLine(line, secrets));
      if (leaks.length > 0) throw new Error(`X10 a secret got out:\n${leaks.join('\n')}`);
    },
  };
}
