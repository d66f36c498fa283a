import type { CancelTimer, ClientClock } from '../signaling/ports.js';
import type { PeerConnection } from './peer-connection.js';

/**
 * How it stands with one participant, as the network has it: `connecting` for the first time, `connected`,
 * `reconnecting`, or `failed` after 30 s without a connection. The attempts go on behind `failed`, and may succeed.
 */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'failed';

/** At most one ICE restart in so long, then in twice as long, up to the second number. */
const RESTART_MS = [5_000, 30_000] as const;
/** How long each state may last before a restart. Browsers never leave `checking` if candidates were lost. */
const PATIENCE_MS: ReadonlyMap<string, number> = new Map([
  ['failed', 0],
  ['disconnected', 3_000],
]);
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
  reachable(): boolean;
  restartIce(): void;
  /** An ICE restart will not help. */
  replace(): void;
  changed(state: PeerState): void;
}

interface State {
  readonly deps: IceWatchDeps;
  told: PeerState;
  /** The state of ICE, and since when; `lostAt`: since when it is not connected. */
  ice: string;
  since: number;
  lostAt: number;
  lastRestart: number;
  backoffMs: number;
  vain: number;
  cancel: CancelTimer | undefined;
}

/** A watch that begins with `connecting`. */
export function createIceWatch(deps: IceWatchDeps): IceWatch {
  const { clock } = deps;
  const now = clock.now();
  const state: State = {
    deps,
    told: 'connecting',
    ice: 'new',
    since: now,
    lostAt: now,
    lastRestart: -Infinity,
    backoffMs: RESTART_MS[0],
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
      Object.assign(state, { told: 'connecting', ice: '', lostAt: clock.now() });
    },
  };
}

/** Whether media can flow. */
export function isConnected(pc: PeerConnection): boolean {
  const { iceConnectionState: ice, connectionState } = pc;
  return (ice === 'connected' || ice === 'completed') && connectionState !== 'failed';
}

function check(state: State): void {
  const { deps } = state;
  const pc = deps.pc();
  const now = deps.clock.now();
  state.cancel?.();
  if (pc === undefined) return;
  if (isConnected(pc)) {
    Object.assign(state, { ice: '', backoffMs: RESTART_MS[0], vain: 0 });
    return tell(state, 'connected');
  }
  if (state.told === 'connected') {
    state.lostAt = now;
    tell(state, 'reconnecting');
  }
  const { iceConnectionState: ice } = pc;
  if (ice !== state.ice) Object.assign(state, { ice, since: now });
  const failsAt = state.lostAt + FAILED_MS;
  if (now >= failsAt) tell(state, 'failed');
  const dueAt = Math.max(
    state.since + (PATIENCE_MS.get(ice) ?? CHECKING_MS),
    state.lastRestart + state.backoffMs,
  );
  if (now >= dueAt && deps.reachable()) return restart(state, pc);
  const next = Math.min(now < failsAt ? failsAt : Infinity, now < dueAt ? dueAt : now + RESTART_MS[0]);
  state.cancel = deps.clock.after(next - now, () => check(state));
}

function restart(state: State, pc: PeerConnection): void {
  const { deps } = state;
  const now = deps.clock.now();
  // Not at the first time, when the other end may just not have come yet.
  if (state.lastRestart > -Infinity) state.backoffMs = Math.min(state.backoffMs * 2, RESTART_MS[1]);
  Object.assign(state, { since: now, lastRestart: now });
  state.vain += 1;
  const dtlsFailed = pc.connectionState === 'failed' && pc.iceConnectionState !== 'failed';
  if (dtlsFailed || state.vain % VAIN_RESTARTS === 0) deps.replace();
  else deps.restartIce();
  check(state);
}

function tell(state: State, now: PeerState): void {
  if (state.told === now) return;
  state.told = now;
  state.deps.changed(now);
}
