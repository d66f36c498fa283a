const HOW = [
  'amber',
  'brave',
  'calm',
  'clear',
  'early',
  'fresh',
  'gentle',
  'golden',
  'green',
  'kind',
  'light',
  'quiet',
];
const WHAT = [
  'bay',
  'birch',
  'brook',
  'cedar',
  'cloud',
  'field',
  'harbor',
  'hill',
  'lake',
  'maple',
  'river',
  'shore',
];

/** A name that can be said aloud, from 4 random bytes: about 3.6 million of them, so that strangers do not meet. */
export function roomName([first = 0, second = 0, third = 0, fourth = 0]: Uint8Array): string {
  const number = ((third << 8) | fourth) % 25_000;
  return `${HOW[first % HOW.length]}-${WHAT[second % WHAT.length]}-${String(number).padStart(5, '0')}`;
}
