import type { RawClient } from '../../support/raw-client.js';
import type { Need, Target } from './target.js';

/** One thing that a server must do, seen from outside. Rejects with what it did instead. */
export interface Scenario {
  readonly title: string;
  /** Ids of docs/PROTOCOL.md that it is about. */
  readonly rules: readonly string[];
  readonly needs: readonly Need[];
  run(target: Target): Promise<void>;
}

/** Defines one; its rules are named in its title, in square brackets. Its connections end with it. */
export function scenario(
  title: string,
  run: (target: Target) => Promise<void>,
  needs: readonly Need[] = [],
): Scenario {
  const rules = [...title.matchAll(/\[([A-Z]+-\d+)\]/g)].map(([, id]) => id ?? '');
  return {
    title,
    rules,
    needs,
    async run(target) {
      const clients: RawClient[] = [];
      try {
        await run({ ...target, clients });
      } finally {
        for (const client of clients) client.terminate();
      }
    },
  };
}

/** Whether a target offers all that a scenario needs. */
export function isRunnable({ needs }: Scenario, { offers }: Target): boolean {
  return needs.every((need) => offers.has(need));
}
