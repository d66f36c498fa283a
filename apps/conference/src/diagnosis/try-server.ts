import { createBackoff, createSignalingClient, SignalingError } from '@parley/client';
import type { IceServer } from '@parley/client';
import { entrance } from '../app/site.js';
import type { Site } from '../app/site.js';
import type { Outcome } from './check.js';

const PATIENCE_MS = 8_000;

/** What the server answers: whether a room can be joined, and through which ICE servers calls go. */
export interface ServerAnswer {
  readonly outcome: Outcome;
  /** Undefined if the server could not be asked. */
  readonly iceServers: readonly IceServer[] | undefined;
}

/** Joins a room of its own, and leaves it. */
export async function tryServer(site: Site, room: string): Promise<ServerAnswer> {
  const begin = performance.now();
  const { delayMs } = createBackoff({ fraction: Math.random });
  const client = createSignalingClient({
    ...entrance(site, room, 'diagnosis'),
    // One quick second try; then that is the result.
    backoff: { delayMs: (attempt, after) => (attempt > 1 ? undefined : delayMs(attempt, after)) },
  });
  const late = setTimeout(() => void client.leave(), PATIENCE_MS);
  try {
    await client.join();
    const ms = Math.round(performance.now() - begin);
    const { iceServers } = client;
    return { outcome: { result: 'ok', text: 'check.websocket.ok', values: { ms } }, iceServers };
  } catch (error) {
    const reason = error instanceof SignalingError ? error.code : String(error);
    return {
      outcome: { result: 'failed', text: 'check.websocket.failed', values: { reason } },
      iceServers: undefined,
    };
  } finally {
    clearTimeout(late);
    void client.leave();
  }
}
