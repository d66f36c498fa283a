import type {
  Candidate,
  CreatePeerConnection,
  DataChannel,
  PeerConnection,
  PeerConnectionEvent,
  Sender,
  SessionDescription,
  StatsReport,
} from '../../src/call/peer-connection.js';
import { createFakeDataChannel } from './fake-data-channel.js';
import type { FakeDataChannel } from './fake-data-channel.js';
import { connect, connectChannels, gather } from './fake-ice.js';
import { checkLines, isNegotiationNeeded, lineOf } from './fake-jsep.js';
import type { Agreed, Described, FakeTransceiver } from './fake-jsep.js';
import type { FakeNetwork } from './fake-network.js';
import { intersect, readSdp, reverse, sends, writeSdp } from './fake-sdp.js';
import type { Direction, MLine } from './fake-sdp.js';
import { fakeStats } from './fake-stats.js';
import { createFakeTrack } from './fake-track.js';

/**
 * An RTCPeerConnection as far as signaling states, m-lines, negotiation needed and ICE generations go (W3C webrtc-pc 4.4,
 * 4.7, 5.4; RFC 8829 5.10). Operations take a moment, one after the other; what is illegal rejects as the real one does.
 */
export class FakePeerConnection implements PeerConnection {
  readonly network: FakeNetwork<FakePeerConnection>;
  readonly fingerprint: string;
  configuration: RTCConfiguration;
  signalingState = 'stable';
  iceConnectionState = 'new';
  connectionState = 'new';
  agreed: Agreed | undefined;
  pendingLocal: Described | undefined;
  pendingRemote: Described | undefined;
  readonly transceivers: FakeTransceiver[] = [];
  readonly channels: FakeDataChannel[] = [];
  /** Generations of the other end for which candidates were added; "" stands for the end. */
  readonly remoteCandidates = new Map<string, string[]>();
  readonly listeners = new Map<string, ((event: PeerConnectionEvent) => void)[]>();
  relayed = false;
  connectedTo: FakePeerConnection | undefined;
  /** Offers that were rolled back, and those of them that had new m-lines, though there were some before. */
  rollbacks = 0;
  harmfulRollbacks = 0;
  readonly gathered = new Map<string, string[]>();
  #chain: Promise<unknown> = Promise.resolve();
  #operations = 0;
  #needed = false;
  #lastOffer: { sdp: string; of: (FakeTransceiver | undefined)[] } | undefined;
  #undo: (() => void)[] = [];

  constructor(network: FakeNetwork<FakePeerConnection>, configuration: RTCConfiguration) {
    this.network = network;
    this.configuration = configuration;
    const hex = network.name('').padStart(64, '0').toUpperCase();
    this.fingerprint = [...hex.matchAll(/../g)].reverse().join(':');
    network.all.add(this);
  }

  get localDescription(): SessionDescription | null {
    const described = this.pendingLocal ?? this.agreed?.local;
    return described ? { type: described.type, sdp: this.#withCandidates(described) } : null;
  }

  get remoteDescription(): SessionDescription | null {
    const described = this.pendingRemote ?? this.agreed?.remote;
    return described ? { type: described.type, sdp: described.text } : null;
  }

  get localGeneration(): string | undefined {
    return (this.pendingLocal ?? this.agreed?.local)?.sdp.generation;
  }

  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription> {
    return this.#operate(() => {
      const known = this.agreed?.local.sdp.lines ?? [];
      const of = known.map(({ mid }) => this.transceivers.find((one) => one.mid === mid));
      const fresh = this.transceivers.filter(({ mid }) => mid === null);
      const lines = known.map((line, index) => lineOf(line.mid, of[index]));
      const used = new Set(known.map(({ mid }) => mid));
      for (const transceiver of fresh) {
        let mid = used.size;
        while (used.has(String(mid))) mid += 1;
        used.add(String(mid));
        lines.push(lineOf(String(mid), transceiver));
        of.push(transceiver);
      }
      if (this.channels.length > 0 && !lines.some(({ kind }) => kind === 'application')) {
        lines.push(lineOf(`d${this.network.name('')}`, undefined));
        of.push(undefined);
      }
      const current = this.agreed?.local.sdp.generation;
      const generation = options?.iceRestart || !current ? this.network.name('g') : current;
      const sdp = writeSdp({ fingerprint: this.fingerprint, generation, lines });
      this.#lastOffer = { sdp, of };
      return { type: 'offer', sdp };
    });
  }

  createAnswer(): Promise<SessionDescription> {
    return this.#operate(() => {
      if (this.signalingState !== 'have-remote-offer') throw invalidState('createAnswer', this);
      const offer = (this.pendingRemote as Described).sdp;
      const lines = offer.lines.map((line) => {
        const transceiver = this.transceivers.find(({ mid }) => mid === line.mid);
        const { direction, ...rest } = lineOf(line.mid, transceiver);
        return { ...rest, direction: intersect(direction, reverse(line.direction)) };
      });
      const restarted = this.agreed?.remote.sdp.generation !== offer.generation;
      const current = this.agreed?.local.sdp.generation;
      const generation = restarted || !current ? this.network.name('g') : current;
      return { type: 'answer', sdp: writeSdp({ fingerprint: this.fingerprint, generation, lines }) };
    });
  }

  setLocalDescription({ type, sdp }: SessionDescription): Promise<void> {
    return this.#operate(() => {
      if (type === 'rollback') return this.#rollBack();
      if (type === 'offer') return this.#setLocalOffer(sdp ?? '');
      if (this.signalingState !== 'have-remote-offer')
        throw invalidState('setLocalDescription(answer)', this);
      const local = describe('answer', sdp);
      this.#agree({ local, remote: this.pendingRemote as Described });
      gather(this, local.sdp.generation);
    });
  }

  setRemoteDescription({ type, sdp }: SessionDescription): Promise<void> {
    return this.#operate(() => {
      const described = describe(type as 'offer' | 'answer', sdp);
      if (type === 'answer') return this.#setRemoteAnswer(described);
      if (this.signalingState === 'have-local-offer') {
        if (!this.network.implicitRollback) throw invalidState('setRemoteDescription(offer)', this);
        this.#rollBack();
      } else if (this.signalingState !== 'stable') throw invalidState('setRemoteDescription(offer)', this);
      checkLines(this.agreed, described.sdp.lines);
      this.pendingRemote = described;
      this.#setSignalingState('have-remote-offer');
      described.sdp.lines.forEach((line) => this.#associate(line));
    });
  }

  addIceCandidate(candidate: Candidate): Promise<void> {
    return this.#operate(() => {
      if (this.remoteDescription === null) throw invalidState('addIceCandidate', this);
      const described = (this.pendingRemote ?? this.agreed?.remote)?.sdp.generation;
      const generation = candidate.usernameFragment ?? described ?? '';
      if (described !== generation) throw new DOMException(`unknown ufrag ${generation}`, 'OperationError');
      const known = this.remoteCandidates.get(generation) ?? [];
      this.remoteCandidates.set(generation, [...known, candidate.candidate ?? '']);
      connect(this);
    });
  }

  addTrack(track: MediaStreamTrack): Sender {
    const { kind } = track;
    if (this.transceivers.some(({ sender }) => sender.track === track)) {
      throw new DOMException('already added', 'InvalidAccessError');
    }
    const free = this.transceivers.find((one) => one.kind === kind && !one.sender.track && !one.hasSent);
    const transceiver = free ?? this.addTransceiver(kind);
    transceiver.sender.track = track;
    transceiver.byAddTrack = true;
    transceiver.direction = transceiver.direction === 'inactive' ? 'sendonly' : 'sendrecv';
    return transceiver.sender;
  }

  removeTrack(sender: Sender): void {
    const transceiver = this.transceivers.find((one) => one.sender === sender);
    if (transceiver === undefined) throw new DOMException('not of this connection', 'InvalidAccessError');
    transceiver.sender.track = null;
    if (transceiver.direction === 'sendrecv') transceiver.direction = 'recvonly';
    else if (transceiver.direction === 'sendonly') transceiver.direction = 'inactive';
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.transceivers];
  }

  createDataChannel(label: string, options: { negotiated?: boolean } = {}): DataChannel {
    const channel = createFakeDataChannel(this.network, label, options.negotiated === true);
    this.channels.push(channel);
    this.#updateNegotiationNeeded();
    this.network.clock.after(5, () => connectChannels(this));
    return channel;
  }

  getStats(): Promise<StatsReport> {
    return Promise.resolve(fakeStats(this.relayed));
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  close(): void {
    this.signalingState = 'closed';
    this.iceConnectionState = 'closed';
    this.connectionState = 'closed';
    this.network.all.delete(this);
    for (const channel of this.channels) channel.shut();
    for (const other of this.network.all) if (other.connectedTo === this) other.losePath();
  }

  addEventListener(type: string, listener: (event: PeerConnectionEvent) => void): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  fire(event: PeerConnectionEvent): void {
    if (this.signalingState === 'closed') return;
    for (const listener of this.listeners.get(event.type) ?? []) listener(event);
  }

  /** The path in use dies: disconnected, and failed 5 s later unless it was repaired. */
  losePath(): void {
    const generation = this.agreed?.local.sdp.generation;
    if (generation === undefined || this.iceConnectionState === 'closed') return;
    this.network.dead.add(generation);
    if (this.iceConnectionState !== 'connected') return;
    this.setIceState('disconnected');
    this.network.clock.after(5_000, () => {
      if (this.iceConnectionState === 'disconnected') this.setIceState('failed');
    });
  }

  setIceState(state: string): void {
    if (this.iceConnectionState === state || this.iceConnectionState === 'closed') return;
    this.iceConnectionState = state;
    this.connectionState = state === 'checking' ? 'connecting' : state;
    this.fire({ type: 'iceconnectionstatechange' });
    this.fire({ type: 'connectionstatechange' });
    if (state === 'connected') connectChannels(this);
  }

  #operate<T>(run: () => T): Promise<T> {
    const { clock, random } = this.network;
    this.#operations += 1;
    const result = this.#chain.then(
      () =>
        new Promise<T>((resolve, reject) => {
          const finish = (): void => {
            // What was under way when it was closed never ends.
            if (this.signalingState !== 'closed') void Promise.resolve().then(run).then(resolve, reject);
          };
          if (random.chance(0.3)) clock.after(random.below(8), finish);
          else finish();
        }),
    );
    this.#chain = result.catch(() => undefined).then(() => this.#operationEnded());
    return result;
  }

  #operationEnded(): void {
    this.#operations -= 1;
    if (this.#operations === 0) this.#updateNegotiationNeeded();
  }

  #withCandidates({ text, sdp }: Described): string {
    const gathered = this.gathered.get(sdp.generation) ?? [];
    return text + gathered.map((candidate) => `a=${candidate}\r\n`).join('');
  }

  #setSignalingState(state: string): void {
    this.signalingState = state;
    if (state === 'stable') this.#needed = false;
    this.fire({ type: 'signalingstatechange' });
  }

  #setLocalOffer(text: string): void {
    if (this.signalingState !== 'stable' && this.signalingState !== 'have-local-offer') {
      throw invalidState('setLocalDescription(offer)', this);
    }
    if (text !== this.#lastOffer?.sdp)
      throw new DOMException('not the last offer', 'InvalidModificationError');
    this.pendingLocal = describe('offer', text);
    const { sdp } = this.pendingLocal;
    this.#undo = [];
    sdp.lines.forEach(({ mid }, index) => {
      const transceiver = this.#lastOffer?.of[index];
      if (transceiver === undefined || transceiver.mid === mid) return;
      transceiver.mid = mid;
      this.#undo.push(() => (transceiver.mid = null));
    });
    this.#setSignalingState('have-local-offer');
    gather(this, sdp.generation);
  }

  #setRemoteAnswer(remote: Described): void {
    const local = this.pendingLocal;
    if (this.signalingState !== 'have-local-offer' || local === undefined) {
      throw invalidState('setRemoteDescription(answer)', this);
    }
    const names = ({ sdp }: Described): string => sdp.lines.map(({ mid, kind }) => `${mid}:${kind}`).join();
    if (names(local) !== names(remote)) {
      throw new DOMException('the m-lines are not those of the offer', 'InvalidAccessError');
    }
    this.#agree({ local, remote });
  }

  #rollBack(): void {
    if (this.signalingState !== 'have-local-offer') throw invalidState('rollback', this);
    this.rollbacks += 1;
    if (this.agreed && this.#undo.length > 0) this.harmfulRollbacks += 1;
    this.pendingLocal = undefined;
    this.#undo.splice(0).forEach((undo) => undo());
    this.#setSignalingState('stable');
  }

  #associate({ mid, kind, direction }: MLine): void {
    if (kind === 'application' || this.transceivers.some((one) => one.mid === mid)) return;
    const wants = direction === 'sendrecv' || direction === 'recvonly';
    const waiting = this.transceivers.find((one) => one.mid === null && one.byAddTrack && one.kind === kind);
    const transceiver = (wants ? waiting : undefined) ?? this.addTransceiver(kind);
    transceiver.mid = mid;
  }

  addTransceiver(kind: string): FakeTransceiver {
    const sender: FakeTransceiver['sender'] = {
      track: null,
      replaceTrack: (track) =>
        this.#operate(() => {
          sender.track = track;
        }),
    };
    const receiver = { track: createFakeTrack(kind, this.network.name('r')) };
    let direction: Direction = 'recvonly';
    const changed = (): void => this.#updateNegotiationNeeded();
    const transceiver: FakeTransceiver = {
      mid: null,
      kind,
      sender,
      receiver,
      get direction() {
        return direction;
      },
      set direction(value) {
        if (direction === value) return;
        direction = value;
        changed();
      },
      current: null,
      byAddTrack: false,
      hasSent: false,
    };
    this.transceivers.push(transceiver);
    changed();
    return transceiver;
  }

  #agree({ local, remote }: Agreed): void {
    const restarted = this.agreed?.local.sdp.generation !== local.sdp.generation;
    this.agreed = { local, remote };
    if (restarted) this.setIceState('checking');
    this.pendingLocal = undefined;
    this.pendingRemote = undefined;
    this.#undo = [];
    const answer = local.type === 'answer' ? local : remote;
    for (const line of answer.sdp.lines) {
      const transceiver = this.transceivers.find(({ mid }) => mid === line.mid);
      if (transceiver === undefined) continue;
      transceiver.current = answer === local ? line.direction : reverse(line.direction);
      transceiver.hasSent ||= sends(transceiver.current);
    }
    this.#setSignalingState('stable');
    connect(this);
  }

  #updateNegotiationNeeded(): void {
    if (this.#operations > 0 || this.signalingState !== 'stable') return;
    if (!isNegotiationNeeded(this.agreed, this.transceivers, this.channels.length > 0)) {
      this.#needed = false;
      return;
    }
    if (this.#needed) return;
    this.#needed = true;
    this.network.clock.after(0, () => {
      // While an operation runs the question is put off to its end.
      if (this.#operations > 0 || this.signalingState !== 'stable') this.#needed = false;
      else if (this.#needed) this.fire({ type: 'negotiationneeded' });
    });
  }
}

function describe(type: Described['type'], text = ''): Described {
  return { type, text, sdp: readSdp(text) };
}

function invalidState(what: string, { signalingState }: FakePeerConnection): DOMException {
  return new DOMException(`${what} in ${signalingState}`, 'InvalidStateError');
}

/** What makes RTCPeerConnections in that network. */
export function fakePeerConnections(network: FakeNetwork<FakePeerConnection>): CreatePeerConnection {
  return (configuration) => new FakePeerConnection(network, configuration);
}
