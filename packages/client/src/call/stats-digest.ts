import type { StatsReport } from './peer-connection.js';

/** How the connection with one participant does. What the browser does not tell is undefined, or 0 where it is counted. */
export interface StatsDigest {
  /** Round trip time of the pair in use, in milliseconds. */
  readonly rttMs: number | undefined;
  /** Bits per second since the digest before. */
  readonly bitrateIn: number;
  readonly bitrateOut: number;
  /** Share of the packets lost on the way here since the digest before, 0 to 1. */
  readonly lossIn: number;
  /** Of the widest picture that arrives, in pixels, and how many a second. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly framesPerSecond: number | undefined;
  /** Pictures decoded so far, over all tracks. */
  readonly framesDecoded: number;
  /** Types of the candidates in use: `host`, `srflx`, `prflx` or `relay`. */
  readonly localCandidate: string | undefined;
  readonly remoteCandidate: string | undefined;
  /** This end goes through a TURN server. */
  readonly relayed: boolean;
  /** What the next digest is compared with. */
  readonly totals: Readonly<
    Record<'at' | 'bytesReceived' | 'bytesSent' | 'packetsLost' | 'packetsReceived', number>
  >;
}

/** The digest of a report, made `now` (in milliseconds), with what has changed since the one `before`. */
export function digestStats(report: StatsReport, now: number, before?: StatsDigest): StatsDigest {
  const entries = [...report.values()];
  // Chromium and Safari name it in the transport, Firefox marks it `selected`.
  const [named] = entries.flatMap((entry) => entry['selectedCandidatePairId'] ?? []);
  const pair = report.get(named as string) ?? entries.find(({ selected }) => selected) ?? {};
  const typeOf = (id: unknown) => report.get(id as string)?.['candidateType'] as string | undefined;
  const inbound = entries.filter(({ type }) => type === 'inbound-rtp');
  const sum = (field: string): number => inbound.reduce((total, entry) => total + number(entry[field]), 0);
  const [widest = {}] = inbound.sort((a, b) => number(b['frameWidth']) - number(a['frameWidth']));
  const { frameWidth, frameHeight, framesPerSecond } = widest as Partial<Record<string, number>>;
  const totals = {
    at: now,
    bytesReceived: number(pair['bytesReceived']),
    bytesSent: number(pair['bytesSent']),
    packetsLost: sum('packetsLost'),
    packetsReceived: sum('packetsReceived'),
  };
  // Counters begin anew with another pair of candidates, or another RTCPeerConnection.
  const since = (field: keyof typeof totals): number =>
    Math.max(0, totals[field] - (before ?? { totals }).totals[field]);
  const lost = since('packetsLost');
  const perSecond = 8_000 / (since('at') || Infinity);
  const rtt = pair['currentRoundTripTime'] as number | undefined;
  const localCandidate = typeOf(pair['localCandidateId']);
  return {
    rttMs: rtt && rtt * 1_000,
    bitrateIn: since('bytesReceived') * perSecond,
    bitrateOut: since('bytesSent') * perSecond,
    lossIn: lost / (lost + since('packetsReceived') || 1),
    width: frameWidth,
    height: frameHeight,
    framesPerSecond,
    framesDecoded: sum('framesDecoded'),
    localCandidate,
    remoteCandidate: typeOf(pair['remoteCandidateId']),
    relayed: localCandidate === 'relay',
    totals,
  };
}

function number(value: unknown): number {
  return Number(value) || 0;
}
