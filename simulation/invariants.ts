import type { Cluster } from './cluster.js';
import type { SignalingClient } from './signaling-client.js';

/** A signal that a client's link took: the `number`th from that participant to that one. */
export interface SentSignal {
  readonly from: string;
  readonly to: string;
  readonly number: number;
}

type Client = SignalingClient & { readonly room: string };

/** What a settled cluster must show, some time after the last fault. Each finding begins with the invariant's id. */
export function checkSettled(
  cluster: Cluster,
  all: readonly Client[],
  sent: readonly SentSignal[],
): readonly string[] {
  const clients = all.filter(({ ended }) => !ended());
  const gone = new Set(all.filter(({ ended }) => ended()).map(({ name }) => name));
  return [
    ...clients.flatMap((client) => (client.connected() ? [] : [`I2 ${client.name} is not connected`])),
    ...clients.flatMap(({ name, sawLeave }) =>
      sawLeave
        .filter(([left]) => !gone.has(left))
        .map(([left, how]) => `I2 ${name} saw ${left} leave (${how}), who never did`),
    ),
    ...clients.flatMap(({ name, ids }) =>
      ids.length === 1 ? [] : [`I2 ${name} was ${ids.join(', then ')}`],
    ),
    ...clients.flatMap(({ name, refused }) =>
      refused.map((code) => `R7 ${name} asked, and was told ${code}`),
    ),
    ...clients.flatMap(({ name, faults }) =>
      faults.map((fault) => `${name} had a fault of its own: ${fault}`),
    ),
    ...rostersAgree(clients),
    ...signalsArrived(all, sent),
    ...nothingCrossed(all),
    ...signalsConserved(cluster),
    ...noFaults(cluster),
  ];
}

/** I1, I2: everybody in a room sees the same participants, namely those who are connected. */
function rostersAgree(clients: readonly Client[]): string[] {
  const found: string[] = [];
  for (const client of clients) {
    const members = clients.filter(({ room }) => room === client.room).map(({ id }) => id());
    const seen = [...(client.roster()?.participants.keys() ?? [])];
    if (JSON.stringify([...members].sort()) !== JSON.stringify([...seen].sort())) {
      found.push(`I2 ${client.name} sees ${seen.join(' ')}, in the room are ${members.join(' ')}`);
    }
    const away = [...(client.roster()?.participants.values() ?? [])].filter(
      ({ status }) => status !== 'online',
    );
    if (away.length > 0) found.push(`I1 ${client.name} sees ${away.map(({ id }) => id).join(' ')} away`);
  }
  for (const a of clients) {
    const b = clients.find(({ room }) => room === a.room);
    if (JSON.stringify(a.roster()?.at) !== JSON.stringify(b?.roster()?.at)) {
      found.push(`I1 ${a.name} is at ${a.roster()?.at.join()}, ${b?.name} at ${b?.roster()?.at.join()}`);
    }
  }
  return found;
}

/** I3: a prefix of what was sent, each once and in order; all of it between two who are both still there. */
function signalsArrived(clients: readonly Client[], sent: readonly SentSignal[]): string[] {
  const found: string[] = [];
  const present = new Set(clients.filter(({ ended }) => !ended()).map(({ id }) => id()));
  const expected = new Map<string, number>();
  for (const { from, to } of sent) expected.set(`${from}>${to}`, (expected.get(`${from}>${to}`) ?? 0) + 1);
  const got = new Map<string, number>();
  for (const { received, name } of clients) {
    for (const payload of [...received.values()].flat()) {
      const { from, to, number } = JSON.parse(payload) as SentSignal;
      const next = got.get(`${from}>${to}`) ?? 0;
      if (number !== next)
        found.push(`I3 ${name} was delivered ${number} where ${next} was next (${from}>${to})`);
      got.set(`${from}>${to}`, next + 1);
    }
  }
  for (const [pair, count] of expected) {
    const [from, to] = pair.split('>');
    if (!present.has(from) || !present.has(to)) continue;
    if (got.get(pair) !== count) found.push(`I3 ${pair}: ${got.get(pair) ?? 0} of ${count} arrived`);
  }
  return found;
}

/** I4: what a client is delivered was sent by that participant, to it, in its room. */
function nothingCrossed(clients: readonly Client[]): string[] {
  const found: string[] = [];
  const rooms = new Map(clients.map((client) => [client.id(), client.room]));
  for (const client of clients) {
    for (const [from, payloads] of client.received) {
      if (rooms.has(from) && rooms.get(from) !== client.room) found.push(`I4 ${client.name} heard ${from}`);
      for (const payload of payloads) {
        if ((JSON.parse(payload) as SentSignal).from !== from) found.push(`I4 ${from} spoke as another`);
      }
    }
  }
  return found;
}

/**
 * O3: of each gateway, accepted + received = delivered + forwarded + dropped + nacked - bounced. Of all together, what was
 * forwarded was received, came back, or was lost on the bus: never more.
 */
function signalsConserved({ telemetries }: Cluster): string[] {
  const found: string[] = [];
  let lost = 0;
  for (const { counted } of telemetries()) {
    const signals = (name: string): number => counted(`parley_signals_${name}_total`);
    const came = signals('accepted') + signals('received') + signals('bounced');
    const went =
      signals('delivered') + signals('forwarded') + signals('dropped') + counted('parley_nacks_total');
    if (came !== went) found.push(`O3 a gateway counts ${came} signals that came and ${went} that went`);
    lost += signals('forwarded') - signals('received') - signals('bounced');
  }
  if (lost < 0) found.push(`O3 ${-lost} signals came of which nobody says that they were sent`);
  return found;
}

function noFaults({ gateways, rooms }: Cluster): string[] {
  const faulty = [...gateways.values(), ...rooms.values()].filter(
    ({ telemetry }) =>
      telemetry.counted('parley_rooms_faults_total') + telemetry.counted('parley_gateway_faults_total') > 0,
  );
  return faulty.map(({ name }) => `${name} had faults of its own`);
}
