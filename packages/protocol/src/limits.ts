/** What `welcome` tells a client of the limits in force. Bytes, a second, milliseconds. */
export interface Limits {
  readonly frameBytes: number;
  readonly headerBytes: number;
  readonly messageBytes: number;
  readonly signalsPerSecond: number;
  readonly burst: number;
  readonly roomSize: number;
  readonly attributesBytes: number;
  readonly resumeMs: number;
  readonly pingMs: number;
  /** A `quality` each so long on average; absent: the server takes none. */
  readonly reportMs?: number;
}

/** The limits of version 1 when nothing is configured. */
export const DEFAULT_LIMITS: Limits = /* @__PURE__ */ Object.freeze({
  frameBytes: 65_536,
  headerBytes: 2_048,
  messageBytes: 4_096,
  signalsPerSecond: 50,
  burst: 200,
  roomSize: 64,
  attributesBytes: 1_024,
  resumeMs: 15_000,
  pingMs: 5_000,
  reportMs: 10_000,
});

/** Limits of fields that no configuration changes. Bytes, items, levels. */
export const FIELD_LIMITS = /* @__PURE__ */ Object.freeze({
  /** From here up to `frameBytes` a client is told `frame_too_large`; above, the connection ends. */
  frameWarnBytes: 49_152,
  roomBytes: 128,
  nameBytes: 256,
  kindBytes: 32,
  extraBytes: 256,
  caps: 16,
  capBytes: 32,
  features: 16,
  tokenBytes: 8_192,
  attributes: 32,
  jsonDepth: 6,
  /** Servers' own headers: a join's reply carries ICE servers. */
  serverHeaderBytes: 16_384,
});
