import type { Sender } from '../../src/call/peer-connection.js';
import { intersect, reverse, sends } from './fake-sdp.js';
import type { Direction, FakeSdp, MLine } from './fake-sdp.js';

export interface FakeTransceiver {
  mid: string | null;
  readonly kind: string;
  readonly sender: Sender & { track: MediaStreamTrack | null };
  readonly receiver: { readonly track: MediaStreamTrack };
  direction: Direction;
  /** As last agreed. */
  current: Direction | null;
  byAddTrack: boolean;
  hasSent: boolean;
}

export interface Described {
  readonly type: 'offer' | 'answer';
  readonly sdp: FakeSdp;
  readonly text: string;
}

/** What the last description that both ends agreed on consists of. */
export interface Agreed {
  readonly local: Described;
  readonly remote: Described;
}

/** What a transceiver, or the data channels, put into a description of their end. */
export function lineOf(mid: string, transceiver: FakeTransceiver | undefined): MLine {
  if (transceiver === undefined) return { mid, kind: 'application', direction: 'sendrecv', track: null };
  const { kind, direction, sender } = transceiver;
  return { mid, kind, direction, track: sends(direction) ? (sender.track?.id ?? null) : null };
}

/** Throws if lines that both have agreed on are not where they were. */
export function checkLines(agreed: Agreed | undefined, lines: readonly MLine[]): void {
  (agreed?.local.sdp.lines ?? []).forEach(({ mid, kind }, index) => {
    const line = lines[index];
    if (line?.mid !== mid || line.kind !== kind) {
      throw new DOMException('the order of m-lines has changed', 'InvalidAccessError');
    }
  });
}

/** Webrtc-pc 4.7.3, for what a fake has. */
export function isNegotiationNeeded(
  agreed: Agreed | undefined,
  transceivers: readonly FakeTransceiver[],
  hasChannels: boolean,
): boolean {
  const lines = agreed?.local.sdp.lines ?? [];
  if (hasChannels && !lines.some(({ kind }) => kind === 'application')) return true;
  return transceivers.some(({ mid, direction }) => {
    const index = lines.findIndex((line) => line.mid === mid);
    const local = lines[index];
    const remote = agreed?.remote.sdp.lines[index];
    if (agreed === undefined || local === undefined || remote === undefined) return true;
    if (agreed.local.type === 'answer') {
      return local.direction !== intersect(direction, reverse(remote.direction));
    }
    return direction !== local.direction && direction !== reverse(remote.direction);
  });
}
