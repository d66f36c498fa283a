/**
 * Hostile frames from a seed: input `index` of a seed is always the same bytes, so that a shard of a long run, or one
 * input of it, can be made again.
 */
const KEY = 'Zx3-_9aBcDeFgHiJkLmNoP';
const SAMPLES = [
  { type: 'hello', id: 1, token: 'a.b.c', features: ['link1'] },
  {
    type: 'join',
    id: 2,
    room: 'standup',
    key: KEY,
    n: 1,
    at: [7, 3],
    name: 'Ann',
    attributes: { a: 'b' },
    caps: [],
  },
  { type: 'join', id: 2, room: '회의', key: KEY, n: 2, replaces: KEY },
  { type: 'leave', id: 3, cmd: 2 },
  { type: 'signal', to: 'p_B', kind: 'offer', link: [1, 1, 0], x: { trace: 'abc' } },
  { type: 'signal', to: 'p_abcdefghijklmnopqrstuv' },
  { type: 'message', id: 3, cmd: 1 },
  { type: 'update', id: 4, cmd: 2, name: 'Bo', attributes: { hand: 'up' } },
  { type: 'refresh', id: 5, token: 'a.b.c' },
  { type: 'ping', id: 6 },
  {
    type: 'quality',
    pairs: [{ connectMs: 812, localCandidate: 'host', remoteCandidate: 'relay', rttMs: 43.5, lossIn: 0.01 }],
    failures: 1,
  },
];
const PAYLOADS = [
  '',
  '{"type":"offer","sdp":"v=0"}',
  '\n',
  '{"type":"hello"}\n{"type":"join"}',
  '\ud83c\udfa5',
];
const VALUES = [
  null, true, false, 0, -0, -1, 0.5, 2 ** 53, 1e308, '', '\n', '\u0000', '\ud800', 'é'.repeat(70), 'a'.repeat(300),
  'p_', 'p_B\n', 'signal', '__proto__', [], [[]], [1, 2], [1, 2, 3], [1, 2, 3, 4], [-1, 0, 0], {}, { a: {} },
  { a: { b: { c: { d: { e: 1 } } } } }, { toString: 1, constructor: {}, hasOwnProperty: 1 }, KEY, 'z'.repeat(129),
]; // prettier-ignore
const FIELDS = [
  'type',
  'id',
  'to',
  'kind',
  'link',
  'x',
  'room',
  'key',
  'n',
  'at',
  'name',
  'attributes',
  'caps',
];
const MORE_FIELDS = [
  'cmd',
  'token',
  'features',
  'replaces',
  'pairs',
  'restarts',
  'from',
  'toString',
  'constructor',
  'valueOf',
  '',
];
const ALL_FIELDS = [...FIELDS, ...MORE_FIELDS];
const TOKENS = [
  '\n', '\r\n', '__proto__', '"__proto__":1,', '"\\u005f_proto__":{},', '1e400', '-1e999', '\\ud800', '\\u0000', '\ufeff',
  '{', '}', '[', ']', '"', '\\', ',', ':', 'null', '{"type":"signal"', '['.repeat(40), '{"a":'.repeat(20), ' '.repeat(2100),
  '9'.repeat(400), '\u2028', 'é'.repeat(1100), '/*', 'NaN', '\u0000',
].map((text) => new TextEncoder().encode(text)); // prettier-ignore
const RAW = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x80], [0xe2, 0x82], [0]];

/** Input number `index` of `seed`, at most a few KiB. */
export function hostileFrame(seed, index) {
  const random = randomOf(seed, index);
  if (random.below(16) === 0) return bytesOf(random, random.below(80));
  let bytes = encode(structured(random), random);
  for (let left = random.below(5) - 2; left > 0; left -= 1) bytes = mutate(bytes, random);
  return bytes;
}

function structured(random) {
  const header = { ...random.pick(SAMPLES) };
  for (let left = random.below(3); left > 0; left -= 1) {
    const field = random.pick(ALL_FIELDS);
    if (random.below(4) === 0) delete header[field];
    else header[field] = random.pick(VALUES);
  }
  return header;
}

function encode(header, random) {
  const line = JSON.stringify(header);
  return new TextEncoder().encode(random.below(2) === 0 ? line : `${line}\n${random.pick(PAYLOADS)}`);
}

function mutate(bytes, random) {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.below(12));
  switch (random.below(7)) {
    case 0:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(to));
    case 3:
      return joined(bytes.subarray(0, to), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), Uint8Array.from(random.pick(RAW)), bytes.subarray(to));
    case 5:
      return joined(bytes.subarray(0, at), encode(random.pick(SAMPLES), random), bytes.subarray(at));
    default:
      return joined(bytes.subarray(0, at), random.pick(TOKENS), bytes.subarray(at));
  }
}

function joined(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function bytesOf(random, length) {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** A small generator (splitmix32), begun anew for every input. */
function randomOf(seed, index) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return {
    below: (limit) => Math.floor((next() / 2 ** 32) * limit),
    pick: (list) => list[Math.floor((next() / 2 ** 32) * list.length)],
  };
}
