import { errorBody } from '@parley/protocol';
import type { Change, Participant, Position } from '@parley/protocol';
import type { Batched, Member, Peer, Sent, Service } from './fake-state.js';

/** Connections of participants. */
export function bound({ peers }: Service): Peer[] {
  return peers.filter((peer) => peer.open && peer.participant !== undefined);
}

/** Changes the room and tells everybody. */
export function commit(service: Service, changes: readonly Change[]): Position {
  const { history, faults } = service;
  const prev = service.at;
  const at: Position = [prev[0], prev[1] + 1];
  service.at = at;
  history.push({ at, prev, changes });
  while (history.length > faults.history) history.shift();
  for (const peer of bound(service)) sendBatch(peer, { at, prev, changes });
  return at;
}

function sendBatch(peer: Peer, { at, prev, changes }: Batched): void {
  peer.tell({ type: 'batch', at, prev }, JSON.stringify(changes));
}

function sendSnapshot({ members, limits, at }: Service, peer: Peer): void {
  const all = [...members.values()].map(({ entry }) => entry);
  const half = Math.ceil(all.length / 2);
  const parts = all.length > 1 ? [all.slice(0, half), all.slice(half)] : [all];
  const room = { name: 'room', locked: false, size: limits.roomSize };
  parts.forEach((participants, index) =>
    peer.tell(
      { type: 'snapshot', part: index + 1, parts: parts.length, at, recovered: false },
      JSON.stringify({ room, participants }),
    ),
  );
}

function byKey({ members }: Service, key: unknown): Member | undefined {
  return [...members.values()].find((member) => member.key === key);
}

/** A join or a resume. */
export function join(service: Service, peer: Peer, header: Sent): void {
  const { id, n } = header as unknown as { id: number; n: number };
  const { joinError } = service.gateway(peer.gateway);
  if (joinError) {
    const error = errorBody(joinError.code, undefined, joinError.retryAfterMs);
    return peer.tell({ type: 'reply', id, error });
  }
  const known = byKey(service, header['key']);
  if (known && n <= known.n) return peer.tell({ type: 'reply', id, error: errorBody('outdated') });
  const member = known ?? newMember(service, header);
  const you = member.entry.id;
  if (known) takeOver(service, known, n);
  peer.tell({
    type: 'reply',
    id,
    result: { you, resumed: known !== undefined, at: service.at, iceServers: [] },
  });
  const from = header['at'] as Position | undefined;
  const next = service.history.findIndex(({ prev }) => from && prev.join() === from.join());
  const current = from?.join() === service.at.join();
  if (known && next >= 0) service.history.slice(next).forEach((batch) => sendBatch(peer, batch));
  else if (!known || !current) sendSnapshot(service, peer);
  peer.participant = you;
}

function newMember(service: Service, header: Sent): Member {
  service.joins += 1;
  const { caps = [], name = '', key, n } = header as unknown as Pick<Participant, 'caps' | 'name'> & Member;
  const id = `p_${service.joins}`;
  const entry: Participant = { id, name, kind: 'standard', status: 'online', caps, attributes: {} };
  const replaced = byKey(service, header['replaces'])?.entry.id;
  const changes: Change[] = [];
  if (replaced !== undefined) {
    service.members.delete(replaced);
    changes.push({ what: 'left', participant: replaced, reason: 'left' });
  }
  const member = { entry, key, n, cmd: 0, cmdAt: service.at };
  service.members.set(id, member);
  changes.push({ what: 'joined', participant: entry, ...(replaced !== undefined && { replaces: replaced }) });
  commit(service, changes);
  return member;
}

function takeOver(service: Service, member: Member, n: number): void {
  member.n = n;
  for (const other of bound(service)) {
    if (other.participant !== member.entry.id) continue;
    other.participant = undefined;
    other.goodbye(4009, 'stop');
  }
  if (member.entry.status === 'away') setStatus(service, member, 'online');
}

function setStatus(service: Service, member: Member, status: 'online' | 'away'): void {
  member.entry = { ...member.entry, status };
  commit(service, [{ what: 'status', participant: member.entry.id, status }]);
}

/** A connection is gone: away, and after the window left. */
export function lost(service: Service, peer: Peer): void {
  const { members, clock, limits } = service;
  const member = members.get(peer.participant ?? '');
  peer.participant = undefined;
  if (member === undefined) return;
  const { n, entry } = member;
  setStatus(service, member, 'away');
  clock.after(limits.resumeMs, () => {
    if (member.n !== n || member.entry.status !== 'away' || !members.delete(entry.id)) return;
    commit(service, [{ what: 'left', participant: entry.id, reason: 'expired' }]);
  });
}

/** `message` and `update`. */
export function mutate(service: Service, peer: Peer, header: Sent, payload: string | undefined): void {
  const member = service.members.get(peer.participant ?? '')!;
  const {
    id,
    cmd,
    name = member.entry.name,
  } = header as unknown as { id: number; cmd: number; name?: string };
  const from = member.entry.id;
  if (cmd !== member.cmd && cmd !== member.cmd + 1) {
    return peer.tell({ type: 'reply', id, error: errorBody('cmd_out_of_order') });
  }
  if (cmd === member.cmd + 1) {
    member.cmd = cmd;
    const message = header.type === 'message';
    if (!message) member.entry = { ...member.entry, name };
    const update: Change = { what: 'updated', participant: from, name };
    member.cmdAt = commit(service, [message ? { what: 'message', from, data: payload ?? '' } : update]);
  }
  peer.tell({ type: 'reply', id, result: { at: member.cmdAt } });
}

/** A signal, or its nack. */
export function relay(service: Service, peer: Peer, header: Sent, payload: string | undefined): void {
  const { to, kind, link } = header as unknown as { to: string; kind?: string; link?: number[] };
  const target = bound(service).find((other) => other.participant === to);
  if (target === undefined) {
    const reason = service.members.has(to) ? 'away' : 'gone';
    if (link?.[1] !== 0) peer.tell({ type: 'nack', to, link, reason });
  } else if (!service.random.chance(service.faults.loss)) {
    target.tell(
      { type: 'signal', from: peer.participant, ...(kind && { kind }), ...(link && { link }) },
      payload,
    );
  }
}

/** `leave`. */
export function leave(service: Service, peer: Peer, header: Sent): void {
  const id = peer.participant ?? '';
  service.members.delete(id);
  peer.participant = undefined;
  peer.tell({ type: 'reply', id: header['id'], result: { at: service.at } });
  commit(service, [{ what: 'left', participant: id, reason: 'left' }]);
}
