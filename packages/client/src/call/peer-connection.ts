/**
 * What a call needs of an RTCPeerConnection (W3C webrtc-pc), as far as it is used: the browser's own has it, and tests
 * put another in its place. No method that older browsers lack is used: offers and answers are made explicitly, and an
 * ICE restart is an option of `createOffer`.
 */
export interface PeerConnection {
  readonly signalingState: string;
  readonly iceConnectionState: string;
  /** Absent in old browsers. */
  readonly connectionState?: string;
  readonly localDescription: SessionDescription | null;
  readonly remoteDescription: SessionDescription | null;
  /** A description of what this end wants; not in force before it is set. */
  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription>;
  /** The same as an answer to the remote offer. */
  createAnswer(): Promise<SessionDescription>;
  /** Puts a description of this end in force. */
  setLocalDescription(description: SessionDescription): Promise<void>;
  /** Puts a description of the other end in force. */
  setRemoteDescription(description: SessionDescription): Promise<void>;
  /** Takes a candidate of the other end; rejects one of a generation that it does not know. */
  addIceCandidate(candidate: Candidate): Promise<void>;
  /** Sends a track, on an m-line that is free or a new one. */
  addTrack(track: MediaStreamTrack): Sender;
  /** Another m-line, which carries nothing yet. */
  addTransceiver(kind: string, options: { direction: 'recvonly' }): unknown;
  /** Sends nothing by this sender any more; its m-line stays. */
  removeTrack(sender: Sender): void;
  /** All m-lines. */
  getTransceivers(): Transceiver[];
  /** Opens a data channel. */
  createDataChannel(label: string, options?: DataChannelOptions): DataChannel;
  /** What the browser has measured so far. */
  getStats(): Promise<StatsReport>;
  /** Other ICE servers, from the next ICE generation on. */
  setConfiguration(configuration: RTCConfiguration): void;
  /** Ends it for good. */
  close(): void;
  /** Listens to one kind of event. */
  addEventListener(type: string, listener: (event: PeerConnectionEvent) => void): void;
}

/** Makes one; throws for a configuration that the browser does not take. */
export type CreatePeerConnection = (configuration: RTCConfiguration) => PeerConnection;

/** An RTCSessionDescription, or what makes one. */
export interface SessionDescription {
  type: 'offer' | 'answer' | 'pranswer' | 'rollback';
  sdp?: string;
}

/** An RTCIceCandidateInit; `candidate` "" is the end of candidates of that generation. */
export interface Candidate {
  candidate?: string;
  sdpMid?: string | null;
  sdpMLineIndex?: number | null;
  usernameFragment?: string | null;
}

/** An event of the connection, with the fields of those kinds that are listened to. */
export interface PeerConnectionEvent {
  readonly type: string;
  /** `icecandidate`: null when gathering is complete. */
  readonly candidate?: Candidate | null;
  /** `datachannel` */
  readonly channel?: DataChannel;
}

/** An RTCRtpSender. */
export interface Sender {
  readonly track: MediaStreamTrack | null;
  /** Puts another track of the same kind in, without negotiation. */
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
}

/** An RTCRtpTransceiver. */
export interface Transceiver {
  readonly mid: string | null;
  readonly sender: Sender;
  readonly receiver: { readonly track: MediaStreamTrack };
  direction: string;
}

/** The RTCDataChannelInit that is used. */
export interface DataChannelOptions {
  ordered?: boolean;
  maxRetransmits?: number;
  maxPacketLifeTime?: number;
  negotiated?: boolean;
  id?: number;
}

/** An RTCDataChannel. */
export interface DataChannel {
  readonly label: string;
  readonly readyState: string;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  binaryType: string;
  /** Sends text, a buffer or a view of one. */
  send(data: string & ArrayBuffer): void;
  /** Closes it. */
  close(): void;
  /** Listens to one kind of event. */
  addEventListener(
    type: string,
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
}

/** An RTCStatsReport: every entry with its fields, which differ between browsers. */
export interface StatsReport {
  /** Each entry. */
  values(): Iterable<StatsEntry>;
  /** The entry of an id. */
  get(id: string): StatsEntry | undefined;
}

/** One entry of a stats report. */
export type StatsEntry = Readonly<Record<string, unknown>>;
