import type { CancelTimer, ClientClock } from '../signaling/ports.js';
import type { Candidate, PeerConnection } from './peer-connection.js';

/** Candidates of this end, gathered for so long into one signal (LINK-7). */
const GATHER_MS = 75;
/** Of the other end, waiting for their description. */
const MOST_EARLY = 64;

/** The names of the ICE generations in a description. */
export function generationsOf(sdp: string | undefined): ReadonlySet<string> {
  return new Set([...(sdp ?? '').matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, name]) => name ?? ''));
}

/** The name of a candidate's ICE generation, from whichever of its fields the browser fills in. */
export function generationOf({ usernameFragment, candidate }: Candidate): string | undefined {
  return usernameFragment ?? / ufrag (\S+)/.exec(candidate ?? '')?.[1];
}

/** Candidates on their way out. */
export interface LocalCandidates {
  /** What an `icecandidate` event brought; null, the end of gathering, becomes an end-of-candidates. */
  add(candidate: Candidate | null): void;
  close(): void;
}

/** Sends candidates in groups; each names its generation, also where the browser does not. */
export function createLocalCandidates(
  pc: PeerConnection,
  clock: ClientClock,
  send: (candidates: readonly Candidate[]) => void,
): LocalCandidates {
  let group: Candidate[] = [];
  let cancel: CancelTimer | undefined;
  let ended: string | undefined;
  const flush = (): void => {
    cancel = undefined;
    send(group.splice(0));
  };
  const push = (candidate: Candidate): void => {
    group.push(candidate);
    cancel ??= clock.after(GATHER_MS, flush);
  };
  return {
    add(given) {
      const [current] = generationsOf(pc.localDescription?.sdp);
      const usernameFragment = (given && generationOf(given)) ?? current ?? null;
      if (!given?.candidate) {
        // Some browsers tell the end as an empty candidate, some by null only, some by both: it is sent once.
        if (usernameFragment === null || ended === usernameFragment) return;
        ended = usernameFragment;
      }
      const { candidate = '', sdpMid = null, sdpMLineIndex = null } = given?.candidate ? given : {};
      push({ candidate, sdpMid, sdpMLineIndex, usernameFragment });
    },
    close() {
      cancel?.();
      group = [];
    },
  };
}

/** Candidates of the other end. */
export interface RemoteCandidates {
  /** Adds those whose generation the remote description names, and holds the others for the next description. */
  add(candidates: readonly Candidate[]): Promise<void>;
  /** There is a new remote description: candidates that it does not name are of a generation that is over. */
  described(): Promise<void>;
}

/** No candidates yet. One that the browser refuses is told to `fault`, unless it is only an end-of-candidates. */
export function createRemoteCandidates(
  pc: PeerConnection,
  fault: (error: unknown) => void,
): RemoteCandidates {
  let early: Candidate[] = [];
  const add = async (candidates: readonly Candidate[]): Promise<void> => {
    const described = generationsOf(pc.remoteDescription?.sdp);
    for (const candidate of candidates) {
      const generation = generationOf(candidate);
      if (described.size === 0 || (generation !== undefined && !described.has(generation))) {
        if (early.length < MOST_EARLY) early.push(candidate);
        continue;
      }
      try {
        await pc.addIceCandidate(candidate);
      } catch (error) {
        if (candidate.candidate) fault(error);
      }
    }
  };
  return {
    add,
    async described() {
      const held = early;
      early = [];
      await add(held);
      early = [];
    },
  };
}
