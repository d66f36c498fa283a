import type { CancelTimer, ClientClock } from '../signaling/ports.js';
import type { PeerConnection } from './peer-connection.js';

/**
 * How it stands with one participant, as the network has it: `connecting` for the first time, `connected`,
 * `reconnecting`, or `failed` after 30 s without a connection. The attempts go on behind `failed`, and may succeed.
 */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'failed';

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

/** What a watch is made of. */
export interface IceWatchDeps {
  readonly clock: ClientClock;
  /** The one in use. */
  pc(): PeerConnection | undefined;
  /** Whether a restart can be negotiated now. */
  ready(): boolean;
  restart(): void;
  /** An ICE restart will not help. */
  replace(): void;
  changed(state: PeerState): void;
}

interface State extends IceWatchDeps {
  told: PeerState;
  /** The state of ICE, and since when; `lostAt`: since when it is not connected. */
  ice: string;
  since: number;
  lostAt: number;
  restartedAt: number;
  backoffMs: number;
  vain: number;
  cancel: CancelTimer | undefined;
}

/** A watch that begins with `connecting`. */
export function createIceWatch(deps: IceWatchDeps): IceWatch {
  const begin = () => ({ told: 'connecting' as const, ice: '', lostAt: deps.clock.now() });
  const state: State = {
    ...deps,
    ...begin(),
    since: 0,
    restartedAt: -Infinity,
    backoffMs: RESTART_MS,
    vain: 0,
    cancel: undefined,
  };
  return {
    get state() {
      return state.told;
    },
    check: () => check(state),
    close() {
      state.cancel?.();
      Object.assign(state, begin());
    },
  };
}

/** Whether media can flow. */
export function isConnected(pc: PeerConnection | undefined): boolean {
  return /^co(nnected|mpleted)$/.test(pc?.iceConnectionState ?? '') && pc?.connectionState !== 'failed';
}

function check(state: State): void {
  const pc = state.pc();
  const now = state.clock.now();
  state.cancel?.();
  if (!pc) return;
  if (isConnected(pc)) {
    state.backoffMs = RESTART_MS;
    state.vain = 0;
    return tell(state, 'connected');
  }
  if (state.told === 'connected') {
    state.lostAt = now;
    tell(state, 'reconnecting');
  }
  const ice = pc.iceConnectionState;
  if (ice !== state.ice) state.since = now;
  state.ice = ice;
  const failsAt = state.lostAt + FAILED_MS;
  if (now >= failsAt) tell(state, 'failed');
  const patience = ice === 'failed' ? 0 : ice === 'disconnected' ? DISCONNECTED_MS : CHECKING_MS;
  let dueAt = Math.max(state.since + patience, state.restartedAt + state.backoffMs);
  if (now >= dueAt) {
    if (state.ready()) return restart(state, pc);
    dueAt = now + RESTART_MS;
  }
  state.cancel = state.clock.after(Math.min(now < failsAt ? failsAt : dueAt, dueAt) - now, () =>
    check(state),
  );
}

function restart(state: State, pc: PeerConnection): void {
  // Not at the first time, when the other end may just not have come yet.
  if (state.vain > 0) state.backoffMs = Math.min(state.backoffMs * 2, MOST_RESTART_MS);
  state.since = state.restartedAt = state.clock.now();
  state.vain += 1;
  const dtlsFailed = pc.connectionState === 'failed' && pc.iceConnectionState !== 'failed';
  if (dtlsFailed || state.vain % VAIN_RESTARTS === 0) state.replace();
  else state.restart();
  check(state);
}

function tell(state: State, now: PeerState): void {
  if (state.told === now) return;
  state.told = now;
  state.changed(now);
}
