import type { StatsEntry, StatsReport } from './peer-connection.js';

/** How the connection with one participant does. A field is absent where the browser does not tell it. */
export interface StatsDigest {
  /** Round trip time of the pair in use, in milliseconds. */
  readonly rttMs?: number;
  /** Bits per second since the digest before. */
  readonly bitrateIn?: number;
  readonly bitrateOut?: number;
  /** Share of the packets lost on the way here since the digest before, 0 to 1. */
  readonly lossIn?: number;
  /** Of the largest picture that arrives, in pixels, and how many a second. */
  readonly width?: number;
  readonly height?: number;
  readonly framesPerSecond?: number;
  /** Pictures decoded so far, over all tracks. */
  readonly framesDecoded?: number;
  /** Candidates of the pair in use: `host`, `srflx`, `prflx` or `relay`. */
  readonly localCandidate?: string;
  readonly remoteCandidate?: string;
  /** This end goes through a TURN server. */
  readonly relayed: boolean;
}

/** What two digests are compared by. */
interface Totals {
  readonly at: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly lost: number;
  readonly received: number;
}

/** Makes each digest from a report, and from the report before for what is counted per second. */
export function createStatsDigest(): (report: StatsReport, now: number) => StatsDigest {
  let before: Totals | undefined;
  return (report, now) => {
    const entries: StatsEntry[] = [];
    report.forEach((entry) => entries.push(entry));
    const pair = selectedPair(entries);
    const inbound = entries.filter(({ type }) => type === 'inbound-rtp');
    const sum = (field: string): number => inbound.reduce((total, entry) => total + number(entry[field]), 0);
    const totals: Totals = {
      at: now,
      bytesIn: number(pair?.['bytesReceived']),
      bytesOut: number(pair?.['bytesSent']),
      lost: sum('packetsLost'),
      received: sum('packetsReceived'),
    };
    const rates = before === undefined ? {} : compare(before, totals);
    before = totals;
    return { ...ofPair(entries, pair), ...ofPicture(inbound), framesDecoded: sum('framesDecoded'), ...rates };
  };
}

/** Whether this end goes through a TURN server. */
export function isRelayed(report: StatsReport): boolean {
  const entries: StatsEntry[] = [];
  report.forEach((entry) => entries.push(entry));
  return ofPair(entries, selectedPair(entries)).relayed;
}

/** Chromium and Safari name it in the transport, Firefox marks it `selected`. */
function selectedPair(entries: readonly StatsEntry[]): StatsEntry | undefined {
  const chosen = entries.find((entry) => entry['selectedCandidatePairId'])?.['selectedCandidatePairId'];
  const pairs = entries.filter(({ type }) => type === 'candidate-pair');
  return (
    pairs.find(({ id }) => id === chosen) ??
    pairs.find(({ selected }) => selected) ??
    pairs.find(({ nominated, state }) => nominated && state === 'succeeded')
  );
}

function ofPair(entries: readonly StatsEntry[], pair: StatsEntry | undefined) {
  const typeOf = (which: string): string | undefined =>
    entries.find(({ id }) => pair !== undefined && id === pair[which])?.['candidateType'] as
      string | undefined;
  const localCandidate = typeOf('localCandidateId');
  const remoteCandidate = typeOf('remoteCandidateId');
  const rtt = pair?.['currentRoundTripTime'];
  return {
    relayed: localCandidate === 'relay',
    ...(typeof rtt === 'number' && { rttMs: rtt * 1_000 }),
    ...(localCandidate !== undefined && { localCandidate }),
    ...(remoteCandidate !== undefined && { remoteCandidate }),
  };
}

function ofPicture(inbound: readonly StatsEntry[]) {
  const [largest] = [...inbound].sort((a, b) => number(b['frameWidth']) - number(a['frameWidth']));
  const { frameWidth, frameHeight, framesPerSecond } = largest ?? {};
  if (typeof frameWidth !== 'number') return {};
  return { width: frameWidth, height: number(frameHeight), framesPerSecond: number(framesPerSecond) };
}

function compare(before: Totals, now: Totals) {
  const seconds = (now.at - before.at) / 1_000;
  // Counters begin anew with another pair of candidates, or another RTCPeerConnection.
  const since = (field: keyof Totals): number => Math.max(0, now[field] - before[field]);
  if (seconds <= 0) return {};
  const packets = since('lost') + since('received');
  return {
    bitrateIn: (since('bytesIn') * 8) / seconds,
    bitrateOut: (since('bytesOut') * 8) / seconds,
    ...(packets > 0 && { lossIn: since('lost') / packets }),
  };
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
