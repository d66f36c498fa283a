import type { Candidate } from '../../src/call/peer-connection.js';
import { createFakeDataChannel } from './fake-data-channel.js';
import type { FakePeerConnection } from './fake-peer-connection.js';

/** Gathers two candidates for a generation of this end, each a moment later, and ends. */
export function gather(pc: FakePeerConnection, generation: string): void {
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
export function otherEnd(pc: FakePeerConnection): FakePeerConnection | undefined {
  const remote = pc.agreed?.remote.sdp;
  const other = pc.network.owners.get(remote?.generation ?? '');
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
export function connect(pc: FakePeerConnection): void {
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

function isLively({ agreed, network, remoteCandidates }: FakePeerConnection): boolean {
  if (agreed === undefined) return false;
  const known = remoteCandidates.get(agreed.remote.sdp.generation) ?? [];
  return !network.dead.has(agreed.local.sdp.generation) && known.some((candidate) => candidate !== '');
}

/** Opens the channels that have no other end yet, there as well. */
export function connectChannels(pc: FakePeerConnection): void {
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
