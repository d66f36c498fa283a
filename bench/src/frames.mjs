/**
 * WebSocket frames (RFC 6455) for a load generator: what it sends is built once and sent as it is, what it gets is
 * counted without being read. The masking key is 0, which a server may not tell from any other.
 */

/** The bytes of one masked text message. */
export function textFrame(text) {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126 ? Buffer.alloc(6) : payload.length < 65_536 ? Buffer.alloc(8) : Buffer.alloc(14);
  header[0] = 0x81;
  if (payload.length < 126) header[1] = 0x80 | payload.length;
  else if (payload.length < 65_536) {
    header[1] = 0xfe;
    header.writeUInt16BE(payload.length, 2);
  } else {
    header[1] = 0xff;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** The pong that answers a ping of the server, with an empty payload. */
export const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/**
 * Reads a stream of unmasked frames: `push(chunk)` calls `onFrame(opcode, length, payload)`. The payload is cut out only
 * if `wants()` is true; frames that come in pieces are put together.
 */
export function createFrameReader(onFrame, wants) {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const size = sizeOf(bytes);
      if (size === undefined || bytes.length < size.header + size.payload) break;
      const end = size.header + size.payload;
      onFrame(bytes[0] & 0x0f, size.payload, wants() ? bytes.subarray(size.header, end) : undefined);
      bytes = bytes.subarray(end);
    }
    rest = bytes;
  };
}

function sizeOf(bytes) {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  if (short < 126) return { header: 2, payload: short };
  if (short === 126) return bytes.length < 4 ? undefined : { header: 4, payload: bytes.readUInt16BE(2) };
  return bytes.length < 10 ? undefined : { header: 10, payload: Number(bytes.readBigUInt64BE(2)) };
}
