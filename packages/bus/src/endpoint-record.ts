/** One record between two endpoints. `id` pairs a reply or an error with its request; a requester never reuses one that waits. */
export type EndpointRecord =
  | { readonly kind: 'one-way'; readonly body: Uint8Array }
  | { readonly kind: 'request' | 'reply' | 'error'; readonly id: number; readonly body: Uint8Array };

const ONE_WAY = 1;
const NUMBERED = { request: 2, reply: 3, error: 4 } as const;
const KIND_OF = new Map<number, 'request' | 'reply' | 'error'>([
  [2, 'request'],
  [3, 'reply'],
  [4, 'error'],
]);

/** Bytes of the longest record header. */
export const RECORD_HEADER_BYTES = 5;

/** Kind byte, then the 32-bit big-endian id of all but one-way records, then the body. Copies the body. */
export function encodeRecord(record: EndpointRecord): Uint8Array {
  if (record.kind === 'one-way') {
    const bytes = new Uint8Array(1 + record.body.length);
    bytes[0] = ONE_WAY;
    bytes.set(record.body, 1);
    return bytes;
  }
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + record.body.length);
  bytes[0] = NUMBERED[record.kind];
  new DataView(bytes.buffer).setUint32(1, record.id);
  bytes.set(record.body, RECORD_HEADER_BYTES);
  return bytes;
}

/** The record, its body a view of `bytes`; undefined for a kind that this version does not know, or a cut header. */
export function decodeRecord(bytes: Uint8Array): EndpointRecord | undefined {
  if (bytes[0] === ONE_WAY) return { kind: 'one-way', body: bytes.subarray(1) };
  const kind = KIND_OF.get(bytes[0] ?? 0);
  if (kind === undefined || bytes.length < RECORD_HEADER_BYTES) return undefined;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return { kind, id, body: bytes.subarray(RECORD_HEADER_BYTES) };
}
