import { createTimer } from '../timer.js';
import type { CallContext } from './call-context.js';
import type { Connection } from './connection.js';
import type { PeerConnection } from './peer-connection.js';
import type { PeerState } from './peer-state.js';

/** At most one ICE restart in so long, then in twice as long, up to the second number. */
const RESTART_MS = 5_000;
const MOST_RESTART_MS = 30_000;
/** How long a state may last before a restart. Browsers may never leave `checking` if candidates were lost. */
const DISCONNECTED_MS = 3_000;
const CHECKING_MS = 15_000;
const FAILED_MS = 30_000;
/** So many restarts in vain, and the RTCPeerConnection is replaced. */
const VAIN_RESTARTS = 4;

/** Watches over the ICE connection with one participant, whichever RTCPeerConnection it has. */
export interface IceWatch {
  readonly state: PeerState;
  /** Something that may matter has changed: a state of the RTCPeerConnection, or of signaling. */
  check(): void;
  /** Nothing is watched until the next `check`, with which it begins with `connecting` again. */
  close(): void;
}

/** Whose connection is watched. */
export interface Watched {
  /** The one in use. */
  readonly connection?: Connection | undefined;
  /** How long it took to connect at first. */
  connectMs?: number | undefined;
  /** Whether anything can be negotiated now. */
  reachable(): boolean;
  /** Puts another connection in its place: an ICE restart will not help. */
  start(): void;
  changed(state: PeerState): void;
}

/** A watch that begins with `connecting`. */
export function createIceWatch({ clock, quality }: CallContext, watched: Watched): IceWatch {
  let told: PeerState = 'connecting';
  let ice = '';
  let since = 0; // when the state of ICE was last another one
  let lostAt = clock.now(); // since when it is not connected
  let restartedAt = -Infinity;
  let vain = 0;
  const timer = createTimer(clock);
  const tell = (now: PeerState): void => {
    if (told !== now) watched.changed((told = now));
  };
  const restart = ({ pc, negotiation }: Connection): void => {
    since = restartedAt = clock.now();
    vain += 1;
    quality.restarts += 1;
    const dtlsFailed = pc.connectionState === 'failed' && ice !== 'failed';
    if (dtlsFailed || vain % VAIN_RESTARTS === 0) watched.start();
    else negotiation.negotiate(true);
    check();
  };
  const check = (): void => {
    const { connection } = watched;
    const now = clock.now();
    timer.stop();
    if (!connection) return;
    const { pc, negotiation } = connection;
    if (pc.iceConnectionState !== ice) since = now;
    ice = pc.iceConnectionState;
    if (isConnected(pc)) {
      vain = 0;
      if (told === 'connecting' || told === 'failed') watched.connectMs = now - lostAt;
      return tell('connected');
    }
    if (told === 'connected') {
      // Firefox says so at an ICE restart, while media flows on as before.
      const due = since + DISCONNECTED_MS;
      if (ice === 'checking' && now < due) return timer.set(due - now, check);
      lostAt = now;
      tell('reconnecting');
    }
    const failsAt = lostAt + FAILED_MS;
    if (now >= failsAt) tell('failed');
    const dueAt = Math.max(since + patienceOf(ice), restartedAt + backoffOf(vain));
    if (now >= dueAt && watched.reachable() && !negotiation.pending) return restart(connection);
    const next = now < dueAt ? dueAt : now + RESTART_MS;
    timer.set(Math.min(now < failsAt ? failsAt : next, next) - now, check);
  };
  return {
    get state() {
      return told;
    },
    check,
    close() {
      timer.stop();
      told = 'connecting';
      ice = '';
      lostAt = clock.now();
    },
  };
}

/** Whether media can flow. */
export function isConnected(pc: PeerConnection | undefined): boolean {
  return /^co(nnected|mpleted)$/.test(pc?.iceConnectionState ?? '') && pc?.connectionState !== 'failed';
}

function patienceOf(ice: string): number {
  return ice === 'failed' ? 0 : ice === 'disconnected' ? DISCONNECTED_MS : CHECKING_MS;
}

/** The second restart waits no longer than the first: the other end may just not have come yet. */
function backoffOf(vain: number): number {
  return Math.min(RESTART_MS * 2 ** Math.max(0, vain - 1), MOST_RESTART_MS);
}
