// Numbers of the reliable link, in messages, bytes and milliseconds (docs/PROTOCOL.md, LINK rules).

/** Messages in flight. */
export const WINDOW = 32;
/** Messages that wait for an acknowledgement, or to be sent. */
export const QUEUE_MESSAGES = 256;
/** Their payloads, in UTF-8. */
export const QUEUE_BYTES = 1 << 20;
/** The first resend; each further one waits twice as long, up to `RTO_MAX_MS`. */
export const RTO_MS = 1_500;
/** See RTO_MS. */
export const RTO_MAX_MS = 8_000;
/** Share by which a resend may come early or late. */
export const RTO_JITTER = 0.2;
/** Between probes of a peer that is away. */
export const PROBE_MS = 8_000;
/** The longest that an acknowledgement waits for company. */
export const ACK_DELAY_MS = 250;
/** Deliveries after which it does not wait. */
export const ACK_EVERY = 8;
/** Between acknowledgements that something amiss leads to. */
export const URGENT_ACK_GAP_MS = 100;
/** Between resends that acknowledgements lead to. */
export const RESEND_ON_ACK_GAP_MS = 300;
/** The first resend after a nack. */
export const NACK_DELAY_MS = 100;
/** Doublings of that. */
export const MOST_HINTS = 8;
/** Without progress for so long: stalled. */
export const STALL_MS = 30_000;
