/** What a test's page can be asked: `globalThis.callPage` there. Everybody is called by name. */
export interface CallPage {
  /** Resolves once the room is joined. */
  ready(): Promise<void>;
  /** Whether signaling is joined, and exactly these are in the room, oneself included. */
  isAmong(...names: string[]): boolean;
  /** Whether exactly these sources arrive from everybody, as `name source` in the order of the alphabet. */
  gets(...tracks: string[]): boolean;
  /** What has happened since the page was opened, one line each: what, to whom, how. */
  log(): readonly string[];
  /** Whether the log has this line. */
  wasTold(line: string): boolean;

  /** Begins to send this: what it shows or sounds like is fresh from the device, or from a canvas for `drawing`. */
  turnOn(source: Source): Promise<void>;
  /** Sends it no more, and stops the device. */
  turnOff(source: Source): void;
  /** Sends the screen where the camera was, without negotiation. */
  showScreenAsCamera(): Promise<void>;
  setMuted(source: Source, muted: boolean): void;

  /** Counts from zero again what `sees`, `hears` and `isSilent` need. */
  forget(): Promise<void>;
  /** Whether this video of theirs has shown pictures that change since `forget`. */
  sees(name: string, source: Source): boolean;
  /** Whether the ratio of the picture's sides is this, to two digits. */
  isShaped(name: string, source: Source, ratio: string): boolean;
  /** Whether sound has arrived from them since `forget`. */
  hears(name: string): Promise<boolean>;
  /** Whether for 1.5 s nothing but silence has arrived, while samples went on to arrive. */
  isSilent(name: string): Promise<boolean>;

  /** Sends these on the channel `chat`, each once; resolves when all have gone. */
  say(to: string, lines: readonly string[]): Promise<void>;
  /** What has come on the channel from them. */
  heard(name: string): readonly string[];
  hasHeard(name: string, lines: number): boolean;

  /**
   * Begins or ends to send a drawing; resolves when what the other one sends has changed as well, and all is agreed.
   * Rejects after 10 s, or when any other track of theirs came or went.
   */
  renegotiate(name: string, drawing: boolean): Promise<void>;
  collisions(): number;
  /** How many RTCPeerConnections were made. */
  connections(): number;

  /** Begins to look for gaps in all video that arrives now; what comes later is not looked at. */
  watchGaps(): void;
  /** The longest time since `watchGaps`, in ms, in which no frame was decoded, or nothing was played. */
  gaps(): Gaps;

  /** Leaves the call and the room. */
  leave(): Promise<void>;
  /** Leaves the call, and stays in the room. */
  hangUp(): void;
  /** All that may explain why something does not come about. */
  report(): Promise<unknown>;
}

/** See `CallPage.gaps`. `worst` is what had the longest, `tracks` how many were looked at, `looks` how often. */
export interface Gaps {
  readonly decoded: number;
  readonly played: number;
  readonly worst: string;
  readonly tracks: number;
  readonly looks: number;
}

/** What a page sends. */
export type Source = 'camera' | 'microphone' | 'screen' | 'drawing';

/** The query of the page's address. */
export interface PageOptions {
  /** `http://…`, where to connect; several, any of which will do, separated by commas. */
  readonly server: string;
  /** Where the SDK is; `/sdk.js` of the server unless told. */
  readonly sdk?: string;
  readonly room: string;
  readonly name: string;
  /** Sent from the beginning, separated by commas. */
  readonly sends: string;
  /** How a reload comes back: the page leaves while it goes away, or its successor takes its place. */
  readonly reload: 'leaves' | 'replaces';
  /** What the source `screen` is: what the browser captures, or a picture of the same shape where it cannot. */
  readonly screen: 'captured' | 'drawn';
}

declare global {
  var callPage: CallPage;
}
