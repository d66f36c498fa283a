import type { Attributes } from '@parley/protocol';
import type { Backoff, ClientClock, ClientPage, ClientRandom, WebSocketConstructor } from '../ports.js';

/** A token, or how to get a fresh one: then it is renewed before it expires, and when the server calls it expired. */
export type TokenSource = string | (() => string | Promise<string>);

/** What a signaling client is created with. */
export interface SignalingOptions {
  /** `wss://host/v1/connect`, one or several: the first is drawn, the next one is tried after each failure. */
  readonly urls: string | readonly string[];
  readonly room: string;
  /** Shown to the others; where tokens are required the token's name may take its place. */
  readonly name?: string;
  readonly attributes?: Attributes;
  /** Absent where the server is open to everybody. */
  readonly token?: TokenSource;
  /** The `key` of an earlier client (before a reload), whose participant leaves in the moment this one joins. */
  readonly replaces?: string;
  /** Default: `globalThis.WebSocket`. */
  readonly WebSocket?: WebSocketConstructor;
  /** Default: the machine's. */
  readonly clock?: ClientClock;
  /** Default: the machine's. */
  readonly random?: ClientRandom;
  /** Default: `createBackoff`, full jitter from 0.5 to 30 s. */
  readonly backoff?: Backoff;
  /** Default: `globalThis`, as far as it has a document or an `online` event. */
  readonly page?: ClientPage;
}
