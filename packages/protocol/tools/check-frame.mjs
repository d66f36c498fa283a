const KNOWN_FIELDS = new Map([
  ['hello', ['type', 'id', 'token', 'features']],
  ['join', ['type', 'id', 'room', 'key', 'n', 'at', 'name', 'attributes', 'caps', 'replaces']],
  ['leave', ['type', 'id', 'cmd']],
  ['signal', ['type', 'to', 'kind', 'link', 'x']],
  ['message', ['type', 'id', 'cmd']],
  ['update', ['type', 'id', 'cmd', 'name', 'attributes']],
  ['refresh', ['type', 'id', 'token']],
  ['ping', ['type', 'id']],
  ['quality', ['type', 'pairs', 'failures', 'restarts']],
]);

/**
 * What must hold of any bytes. Gives `refused`, `faulty` or `good`; throws where something else came of them. `parley` is
 * the codec and the schemas that are put to the test.
 */
export function checkFrame(bytes, { decodeFrame, encodeFrame, FrameError, ERRORS, parseClientHeader }) {
  const frame = decodeOrRefuse(bytes, decodeFrame, FrameError);
  if (frame === undefined) return 'refused';
  checkPayload(bytes, frame);
  const parsed = parseClientHeader(frame.header);
  if (!parsed.ok) {
    must(Object.hasOwn(ERRORS, parsed.error.code), 'the error is documented');
    must(parsed.error.message.length < 200, 'the message is short');
    must(parsed.id === undefined || (Number.isSafeInteger(parsed.id) && parsed.id >= 0), 'the id is usable');
    return 'faulty';
  }
  checkHeader(parsed.header);
  const again = decodeFrame(encodeFrame(parsed.header, frame.payload));
  must(
    JSON.stringify(again.header) === JSON.stringify(parsed.header),
    'a rebuilt header is read back as it is',
  );
  must(sameBytes(again.payload, frame.payload), 'the payload is passed on byte for byte');
  return 'good';
}

function decodeOrRefuse(bytes, decodeFrame, FrameError) {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof FrameError && error.code === 'bad_frame') return undefined;
    throw error;
  }
}

function checkPayload(bytes, frame) {
  const end = bytes.indexOf(10);
  must(end < 0 === (frame.payload === undefined), 'a payload is there if a newline is');
  if (end >= 0)
    must(sameBytes(bytes.subarray(end + 1), frame.payload), 'the payload is all behind the newline');
  must((end < 0 ? bytes.length : end) <= 2048, 'the header is at most 2,048 bytes');
}

function checkHeader(header) {
  const known = KNOWN_FIELDS.get(header.type) ?? [];
  must(Object.getPrototypeOf(header) === Object.prototype, 'the prototype is a plain object’s');
  for (const field of Object.keys(header)) must(known.includes(field), 'only known fields get through');
  must(!JSON.stringify(header).includes('"__proto__":'), 'no key __proto__ gets through');
  must(Object.prototype.polluted === undefined, 'no prototype is changed');
}

function sameBytes(a, b) {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function must(holds, what) {
  if (!holds) throw new Error(`does not hold: ${what}`);
}
