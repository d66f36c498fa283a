import type { SignalingClient } from '@parley/client';
import type { SdkPage } from '../../support/sdk-site.js';

/** What a page is to do. */
export interface Exchange {
  readonly url: string;
  readonly room: string;
  /** It sends the numbers from 1 to this to the other one, spread over `overMs`. */
  readonly total: number;
  readonly overMs: number;
  /** False: no signal leaves the page a second time. */
  readonly resending: boolean;
}

/** How it stands in a page, which has it in its global scope as `progress`. */
export interface Progress {
  /** The other participant is there. */
  met: boolean;
  sent: number;
  /** Signals that would have been sent again. */
  suppressed: number;
  /** Numbers in the order in which they came. */
  readonly arrived: number[];
  /** What should not have been told. */
  readonly events: string[];
  client: SignalingClient;
}

/**
 * For `evaluate` in a page of an SDK site: joins, and sends its numbers as soon as the other one is there. It is sent to
 * the page as text and must name nothing outside itself.
 */
export async function exchange({ url, room, total, overMs, resending }: Exchange): Promise<void> {
  const known = new Set<string>();
  const progress: Omit<Progress, 'client'> & { client?: SignalingClient } = {
    ...{ met: false, sent: 0, suppressed: 0, arrived: [], events: [] },
  };
  (globalThis as { progress?: unknown }).progress = progress;

  /** The first frame of each number passes; whatever the link sends again does not. */
  class SendsOnce extends WebSocket {
    override send(frame: string): void {
      const { type, to, link } = JSON.parse(frame.split('\n', 1)[0] ?? '') as {
        readonly type: string;
        readonly to?: string;
        readonly link?: readonly [gen: number, seq: number, ack: number];
      };
      const name = `${to} ${link?.[0]} ${link?.[1]}`;
      if (type !== 'signal' || !link?.[1] || !known.has(name)) {
        known.add(name);
        return super.send(frame);
      }
      progress.suppressed += 1;
    }
  }
  const { parley } = globalThis as unknown as SdkPage;
  const client = parley.createSignalingClient({
    urls: url,
    room,
    ...(!resending && { WebSocket: SendsOnce }),
  });
  progress.client = client;
  let peer = '';
  let begun = 0;
  const send = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / overMs) * total));
    while (progress.sent < due) {
      if (client.send(peer, { kind: 'number', payload: String(progress.sent + 1) }) !== 'queued') break;
      progress.sent += 1;
    }
    if (progress.sent < total) setTimeout(send, 10);
  };
  client.on('joined', ({ participant }) => {
    progress.met = true;
    peer = participant.id;
    begun ||= performance.now();
    if (progress.sent === 0) send();
  });
  client.on('signal', ({ message }) => progress.arrived.push(Number(message.payload)));
  client.on('left', ({ reason }) => reason !== 'left' && progress.events.push(`left ${reason}`));
  for (const event of ['rejoined', 'reset', 'fault'] as const) {
    client.on(event, (what) => progress.events.push(`${event} ${JSON.stringify(what)}`));
  }
  await client.join();
}
