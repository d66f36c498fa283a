/** One thing that may be said of a pair. */
export interface VerdictEntry {
  /** A sentence in English; slots are {from}, {to}, {who}, {signal}, {ms}, {times} and {gateway}. */
  readonly words: string;
  /** What to do about it, for docs/DIAGNOSIS.md. */
  readonly advice: string;
}

/** Every verdict. The names are a contract with pages that show them in other languages. */
export const VERDICTS = {
  connected: {
    words: 'Connected, {ms} ms after both were in the room.',
    advice: 'Nothing: a browser has said that media flows. A black picture has its cause at the camera.',
  },
  complete: {
    words:
      'Offer, answer and all candidates that were sent have arrived, within {ms} ms. Whether pictures flow only the browsers know; neither has said so.',
    advice:
      'Signaling did its part. Look at the ICE state in the browsers; try the relay on the diagnosis page.',
  },
  'complete-no-relay': {
    words:
      'Offer, answer and all candidates that were sent have arrived, within {ms} ms, but no relay candidate is possible: no TURN was configured. Networks that let nothing through directly keep them apart.',
    advice: 'Set `TURN_URLS` and `TURN_SECRETS` and run a TURN server.',
  },
  'complete-no-credentials': {
    words:
      'Offer, answer and all candidates that were sent have arrived, within {ms} ms, but {who} has no relay candidate: the credentials service gave nothing.',
    advice:
      'Look at the turn-credentials service: is it up, does `parley_gateway_mints_total` count `refused` or `failed`?',
  },
  failed: {
    words: 'Signaling went well, and {who} says that ICE failed although a relay was offered.',
    advice: 'Reach the TURN server from that network: ports, TLS on 443, its `external-ip` and its secret.',
  },
  'failed-no-relay': {
    words:
      'Signaling went well, and {who} says that ICE failed. No relay candidate: no TURN was configured, or it gave no credentials.',
    advice: 'Set `TURN_URLS` and `TURN_SECRETS`, or mend the credentials service.',
  },
  'no-candidates': {
    words: 'Offer and answer went both ways, but no candidate came from the page of {who}.',
    advice:
      'Its browser found no network interface it may use: a VPN, a policy (`iceTransportPolicy`), or an application that keeps candidates to itself.',
  },
  'never-met': {
    words: 'They were never in the room at the same time: {from} left before {to} came.',
    advice: 'Nothing of ours: compare the times. The same name in another app is another room.',
  },
  'no-offer': {
    words: 'Both have been in the room for {ms} ms, and neither page has made an offer.',
    advice: 'The page joins the room but holds no call: is a MeshCall created, did its script throw?',
  },
  'offer-not-answered': {
    words: 'The offer of {from} was not answered: the page of {to} has had it for {ms} ms and did not react.',
    advice:
      'Look at the console of the page that should answer: an error in its handlers, a camera prompt left open.',
  },
  collision: {
    words: 'Both made offers at the same time, and neither gave way.',
    advice:
      'Both ends believe to be the impolite one: an application with a negotiation of its own. The polite one is the greater id.',
  },
  'not-acknowledged': {
    words:
      'The {signal} of {from} was written to the connection of {to} {ms} ms ago, and its page has not acknowledged it.',
    advice:
      'The page is frozen, a phone put it to sleep, or its network is gone and the socket not yet closed.',
  },
  away: {
    words: 'The {signal} of {from} was never delivered: {to} has lost its connection and has not come back.',
    advice:
      'The network of that participant, or its page was closed without leaving; it leaves when the resume window is over.',
  },
  'gateway-died': {
    words:
      'The {signal} of {from} was never delivered: the gateway of {to} ({gateway}) died or cannot be reached, and {to} has not come back.',
    advice:
      'Why did the gateway end (OOM, node lost)? Clients resume within seconds: is another gateway reachable for that one?',
  },
  'not-delivered': {
    words:
      'The {signal} of {from} left its gateway and did not reach that of {to}: the bus lost it, or carried it to nobody.',
    advice:
      'Look at `parley_bus_status_total`, `parley_degraded` and the bus itself. Clients send again, so this mends itself once the bus is well.',
  },
  'not-known-yet': {
    words: 'The {signal} of {from} was turned back: the gateway of {to} is behind in its copy of the room.',
    advice:
      'Batches of the owner do not arrive: look at `parley_gateway_batches_total{outcome="gap"}` and at the bus.',
  },
  'too-fast': {
    words: 'The {signal} of {from} was turned back: its page sends more than its rate allows.',
    advice:
      'An application that floods, or `MESSAGES_PER_SECOND` and `MESSAGE_BURST` are too small for rooms of that size.',
  },
  'too-large': {
    words: 'The {signal} of {from} was turned back: it is larger than a frame may be (48 KiB).',
    advice: 'Fewer codecs or m-lines in the description; candidates belong into signals of their own.',
  },
  forbidden: {
    words:
      'The token of {from} does not allow to send signals (`canPublish`), so it can neither offer nor answer.',
    advice: 'Mint its token with `canPublish`, or let only the others offer.',
  },
  replaced: {
    words: 'The {signal} of {from} came from a connection that a newer one has replaced.',
    advice:
      'The same participant in two tabs with one key, or a clone of its state: keys are one page’s own.',
  },
  left: {
    words: '{who} left the room before the call was set up.',
    advice:
      'Nothing, if it meant to. `expired` in the logs means that its network was gone for longer than the resume window.',
  },
  'hung-up': {
    words: '{who} has ended the call with a bye and is still in the room.',
    advice: 'Nothing: its application left the call and not the room.',
  },
  'gateway-silent': {
    words:
      'What happened is not known: the gateway {gateway} does not answer, and what it recorded is out of reach.',
    advice:
      'If the gateway is alive but slow, ask again. What a gateway that died had recorded is gone with it.',
  },
  overwritten: {
    words: 'What happened is not known: older events of {who} were overwritten or are not kept.',
    advice: 'Raise `FLIGHT_RECORDER_EVENTS` for large rooms.',
  },
  'in-progress': {
    words: 'Still being set up: the last step was {ms} ms ago.',
    advice: 'Ask again in some seconds.',
  },
  'late-gateway': {
    words:
      'The {signal} of {from} was not delivered at first: the gateway of {to} ({gateway}) died. It was resent and arrived after {ms} ms.',
    advice: 'Nothing for the pair. If it happens often, look at why gateways end.',
  },
  'late-away': {
    words:
      'The {signal} of {from} was not delivered at first: {to} had no connection. It was resent and arrived after {ms} ms.',
    advice: 'Nothing for the pair: a short loss of network.',
  },
  'late-lost': {
    words: 'The {signal} of {from} arrived only after {ms} ms and {times} sendings.',
    advice:
      'Losses on the bus, a gateway behind or a rate limit: look at `parley_nacks_total` by reason at that time.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** The name of a verdict. */
export type VerdictCode = keyof typeof VERDICTS;

/** What slots stand for; participants by id. */
export interface VerdictValues {
  readonly from?: string;
  readonly to?: string;
  readonly who?: string;
  readonly gateway?: string;
  readonly signal?: string;
  readonly ms?: number;
  readonly times?: number;
}

/** One verdict on one pair. */
export interface Verdict {
  readonly code: VerdictCode;
  readonly values: VerdictValues;
}

/** The verdict in words; `nameOf` gives what participants are called. */
export function wordsOf({ code, values }: Verdict, nameOf: (id: string) => string): string {
  const people: ReadonlySet<string> = new Set(['from', 'to', 'who']);
  return VERDICTS[code].words.replace(/\{(\w+)\}/g, (slot, name: string) => {
    const value = values[name as keyof VerdictValues];
    if (value === undefined) return slot === '{gateway}' ? 'unknown' : '?';
    return people.has(name) ? nameOf(String(value)) : String(value);
  });
}
