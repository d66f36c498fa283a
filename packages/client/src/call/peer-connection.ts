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
  createOffer(options?: { iceRestart?: boolean }): Promise<SessionDescription>;
  createAnswer(): Promise<SessionDescription>;
  setLocalDescription(description: SessionDescription): Promise<void>;
  setRemoteDescription(description: SessionDescription): Promise<void>;
  addIceCandidate(candidate: Candidate): Promise<void>;
  addTrack(track: MediaStreamTrack): Sender;
  removeTrack(sender: Sender): void;
  getTransceivers(): Transceiver[];
  createDataChannel(label: string, options?: DataChannelOptions): DataChannel;
  getStats(): Promise<StatsReport>;
  setConfiguration(configuration: RTCConfiguration): void;
  close(): void;
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
  send(data: string & ArrayBuffer): void;
  close(): void;
  addEventListener(
    type: string,
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
}

/** An RTCStatsReport: every entry with its fields, which differ between browsers. */
export interface StatsReport {
  forEach(visit: (entry: StatsEntry) => void): void;
}

/** One entry of a stats report. */
export type StatsEntry = Readonly<Record<string, unknown>>;
