/**
 * Payloads as browsers send them when two people set up a call: an offer, an answer and their candidates. Sizes are
 * those of Chromium 156 with audio, video and a data channel.
 */
const OFFER_BYTES = 5_600;
const ANSWER_BYTES = 4_100;
const CANDIDATE_BYTES = 190;
const CANDIDATES = 18;

function filled(kind, bytes) {
  const head = `{"type":"${kind}","sdp":"`;
  return `${head}${'a=fmtp:96 x;'.repeat(Math.ceil(bytes / 12)).slice(0, bytes - head.length - 2)}"}`;
}

/** `[kind, payload]` in the order in which one side would send them. */
export const SIGNALS = [
  ['offer', filled('offer', OFFER_BYTES)],
  ['answer', filled('answer', ANSWER_BYTES)],
  ...Array.from({ length: CANDIDATES }, () => ['candidate', filled('candidate', CANDIDATE_BYTES)]),
];

/** Mean bytes of a payload in the mix. */
export const MEAN_BYTES = Math.round(
  SIGNALS.reduce((sum, [, payload]) => sum + payload.length, 0) / SIGNALS.length,
);
