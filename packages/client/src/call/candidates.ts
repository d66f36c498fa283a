import type { ClientClock } from '../ports.js';
import { createTimer } from '../timer.js';
import type { Candidate, PeerConnection } from './peer-connection.js';

/** Candidates of this end, gathered for so long into one signal (LINK-7). */
const GATHER_MS = 75;
/** Of the other end, waiting for their description. */
const MOST_EARLY = 64;

/** The names of the ICE generations in a description. */
export function generationsOf(description: { readonly sdp?: string } | null): readonly string[] {
  return [...(description?.sdp ?? '').matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, name = '']) => name);
}

/** The name of a candidate's ICE generation, from whichever of its fields the browser fills in. */
function generationOf({ usernameFragment, candidate = '' }: Candidate): string | undefined {
  return usernameFragment ?? / ufrag (\S+)/.exec(candidate)?.[1];
}

/** Candidates on their way out. */
export interface LocalCandidates {
  /** What an `icecandidate` event brought; an empty one, the end of gathering, becomes an end-of-candidates. */
  add(candidate: Candidate): void;
  close(): void;
}

/** Sends candidates in groups; each names its generation, also where the browser does not. */
export function createLocalCandidates(
  pc: PeerConnection,
  clock: ClientClock,
  send: (candidates: readonly Candidate[]) => void,
): LocalCandidates {
  let group: Candidate[] = [];
  const timer = createTimer(clock);
  let ended: string | undefined;
  const flush = (): void => {
    send(group);
    group = [];
  };
  return {
    add(given) {
      const { candidate = '', sdpMid = null, sdpMLineIndex = null } = given;
      const usernameFragment = generationOf(given) ?? generationsOf(pc.localDescription)[0];
      if (!usernameFragment) return;
      if (candidate) group.push({ candidate, sdpMid, sdpMLineIndex, usernameFragment });
      // Some browsers tell the end as an empty candidate, some by null only, some by both: it is sent once, for all m-lines.
      else if (ended !== usernameFragment)
        group.push({ candidate: '', usernameFragment: (ended = usernameFragment) });
      if (group[0] && !timer.active) timer.set(GATHER_MS, flush);
    },
    close: timer.stop,
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
    const described = generationsOf(pc.remoteDescription);
    for (const candidate of candidates) {
      const generation = generationOf(candidate) ?? described[0];
      if (!generation || !described.includes(generation)) {
        if (early.length < MOST_EARLY) early.push(candidate);
        continue;
      }
      await pc.addIceCandidate(candidate).catch((error: unknown) => candidate.candidate && fault(error));
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
