/** Numbers of the reliable link, in messages, bytes and milliseconds (docs/PROTOCOL.md, LINK rules). */
export const LINK = {
  window: 32,
  queueMessages: 256,
  queueBytes: 1 << 20,
  rtoMs: 1_500,
  rtoMaxMs: 8_000,
  rtoJitter: 0.2,
  probeMs: 8_000,
  ackDelayMs: 250,
  ackEvery: 8,
  urgentAckGapMs: 100,
  resendOnAckGapMs: 300,
  nackDelayMs: 100,
  mostHints: 8,
  stallMs: 30_000,
} as const;
