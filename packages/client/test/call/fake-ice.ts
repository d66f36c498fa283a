import type { Candidate, PeerConnectionEvent } from '../../src/call/peer-connection.js';
import { createFakeDataChannel } from './fake-data-channel.js';
import type { FakeDataChannel } from './fake-data-channel.js';
import type { Agreed } from './fake-jsep.js';
import type { FakeNetwork } from './fake-network.js';

/** What ICE needs of a fake RTCPeerConnection. */
interface End {
  readonly network: FakeNetwork<End>;
  readonly fingerprint: string;
  readonly signalingState: string;
  readonly iceConnectionState: string;
  readonly localGeneration: string | undefined;
  readonly agreed: Agreed | undefined;
  readonly channels: FakeDataChannel[];
  readonly gathered: Map<string, string[]>;
  readonly remoteCandidates: ReadonlyMap<string, readonly string[]>;
  connectedTo: End | undefined;
  fire(event: PeerConnectionEvent): void;
  setIceState(state: string): void;
}

/** Gathers two candidates for a generation of this end, each a moment later, and ends. */
export function gather(pc: End, generation: string): void {
  const { clock, random, owners, namesGenerations, tellsEndOfCandidates } = pc.network;
  if (owners.get(generation) === pc) return;
  owners.set(generation, pc);
  const tell = (candidate: Candidate | null): void => {
    if (pc.localGeneration !== generation) return;
    if (candidate?.candidate) {
      pc.gathered.set(generation, [...(pc.gathered.get(generation) ?? []), candidate.candidate]);
    }
    pc.fire({ type: 'icecandidate', candidate });
  };
  const named = namesGenerations ? { usernameFragment: generation } : {};
  const plan: (Candidate | null)[] = [1, 2].map((number) => ({
    candidate: `candidate:${number} 1 udp 1 10.0.0.1 9 typ host ufrag ${generation}`,
    sdpMid: '0',
    sdpMLineIndex: 0,
    ...named,
  }));
  if (tellsEndOfCandidates) plan.push({ candidate: '', sdpMid: '0', sdpMLineIndex: 0, ...named });
  let at = 0;
  for (const candidate of [...plan, null]) {
    at += random.below(120);
    clock.after(at, () => tell(candidate));
  }
}

/** The connection at the other end, if both ends are agreed on each other. */
export function otherEnd<E extends End>(pc: E): E | undefined {
  const remote = pc.agreed?.remote.sdp;
  const other = pc.network.owners.get(remote?.generation ?? '') as E | undefined;
  if (other === undefined || other.signalingState === 'closed') return undefined;
  const theirs = other.agreed?.remote.sdp;
  const mutual =
    other.fingerprint === remote?.fingerprint &&
    theirs?.fingerprint === pc.fingerprint &&
    theirs.generation === pc.agreed?.local.sdp.generation &&
    other.agreed?.local.sdp.generation === remote.generation;
  return mutual ? other : undefined;
}

/** ICE connects once both ends have agreed, in the same generations, and have candidates of each other. */
export function connect(pc: End): void {
  const other = otherEnd(pc);
  if (other === undefined || !isLively(pc) || !isLively(other)) return;
  pc.network.clock.after(20, () => {
    if (otherEnd(pc) !== other || !isLively(pc) || !isLively(other)) return;
    pc.connectedTo = other;
    other.connectedTo = pc;
    pc.setIceState('connected');
    other.setIceState('connected');
  });
}

function isLively({ agreed, network, remoteCandidates }: End): boolean {
  if (agreed === undefined) return false;
  const known = remoteCandidates.get(agreed.remote.sdp.generation) ?? [];
  return !network.dead.has(agreed.local.sdp.generation) && known.some((candidate) => candidate !== '');
}

/** Opens the channels that have no other end yet, there as well. */
export function connectChannels(pc: End): void {
  const other = otherEnd(pc);
  if (other === undefined || pc.iceConnectionState !== 'connected') return;
  for (const channel of pc.channels) {
    if (channel.peer !== undefined || channel.negotiated) continue;
    const theirs = createFakeDataChannel(pc.network, channel.label, false);
    channel.pair(theirs);
    other.channels.push(theirs);
    other.fire({ type: 'datachannel', channel: theirs });
    channel.open();
    theirs.open();
  }
}
