import type { RawClient } from '../../support/raw-client.js';
import type { Target } from './target.js';

/** What a scenario cannot do without; a target says what it offers. */
export type Need =
  /** Joins need no token; or: `hello` needs one. */
  | 'open'
  | 'jwt'
  /** `token` gives tokens with a room, an identity and grants; `claims`: with any claims, of either app. */
  | 'token'
  | 'claims'
  /** `/signaling` is served; or: it is not. */
  | 'plain'
  | 'no-plain'
  /** TURN servers are configured, with `turnSecret`; `turn-rest`: and the draft's route, with `turnRestKey`. */
  | 'turn'
  | 'turn-rest'
  | 'no-turn-rest'
  /** Credentials live for half a minute at most. */
  | 'short-ttl'
  | 'admin'
  /** `spawn` starts a server of the scenario's own. */
  | 'spawn';

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
