import { createLink } from './link.js';

/**
 * One participant of one room over the native protocol: joins, comes back by itself with the same key, and passes
 * frames to the other participant through a reliable link.
 * `on`: state(text), iceServers(list), peer(participant | undefined, link, me), signal({kind, data}), reset().
 */
export function joinRoom({ room, name, on }) {
  const me = {
    room,
    name,
    on,
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/connect`,
    key: randomKey(),
    n: 0,
    attempt: 0,
    ended: false,
    others: new Map(),
  };
  open(me);
  return {
    leave() {
      transmit(me, { type: 'leave', id: 3 });
      end(me, 'you left');
      me.peer?.link.close();
    },
  };
}

function open(me) {
  const socket = new WebSocket(me.url, 'parley.v1');
  me.socket = socket;
  socket.onopen = () => {
    const { room, key, at, name } = me;
    transmit(me, { type: 'hello', id: 1, features: ['link1'] });
    transmit(me, { type: 'join', id: 2, room, key, n: ++me.n, at, name, caps: ['link1'] });
  };
  socket.onmessage = ({ data }) => {
    const newline = data.indexOf('\n');
    const header = JSON.parse(newline < 0 ? data : data.slice(0, newline));
    const payload = newline < 0 ? '' : data.slice(newline + 1);
    receive[header.type]?.(me, header, payload === '' ? undefined : JSON.parse(payload));
  };
  socket.onclose = ({ code }) => {
    if (me.socket !== socket || me.ended) return;
    if (code >= 4000 && code < 4100) return end(me, `closed by the server (${code})`);
    me.on.state('Reconnecting …');
    setTimeout(() => open(me), Math.random() * Math.min(30_000, 1000 * 2 ** me.attempt++));
  };
}

function transmit(me, header, payload) {
  if (me.socket.readyState !== WebSocket.OPEN) return;
  const line = JSON.stringify(header);
  me.socket.send(payload === undefined ? line : `${line}\n${JSON.stringify(payload)}`);
}

function end(me, why) {
  me.ended = true;
  me.on.state(`Ended: ${why}`);
  me.socket.close();
}

const receive = {
  reply(me, { id, result, error }) {
    if (id !== 2) return;
    if (error) return error.retry === 'no' ? end(me, error.message) : me.socket.close();
    me.id = result.you;
    me.attempt = 0;
    me.on.state('Connected');
    me.on.iceServers(result.iceServers);
    me.peer?.link.resend();
  },
  'ice-servers': (me, { iceServers }) => me.on.iceServers(iceServers),
  snapshot(me, { part, at }, { participants }) {
    if (part === 1) me.others.clear();
    for (const participant of participants) me.others.set(participant.id, participant);
    moveTo(me, at);
  },
  batch(me, { at }, changes) {
    for (const change of changes) apply(me, change);
    moveTo(me, at);
  },
  signal(me, { from, kind, link }, data) {
    if (me.peer?.id === from) me.peer.link.receive(link, { kind, data });
  },
  nack(me, { to, reason, retryAfterMs = 100 }) {
    if (reason === 'gone') return;
    setTimeout(() => me.peer?.id === to && me.peer.link.resend(), retryAfterMs);
  },
  goodbye(me, { action, reason }) {
    if (action === 'stop') end(me, reason);
  },
};

function apply(me, { what, participant, status }) {
  if (what === 'joined') me.others.set(participant.id, participant);
  else if (what === 'left') me.others.delete(participant);
  else if (what === 'status' && status === 'online' && me.peer?.id === participant) me.peer.link.resend();
}

/** The roster is at a new position: whoever was there first, of the others, is the peer. */
function moveTo(me, at) {
  me.at = at;
  me.others.delete(me.id);
  const id = me.others.keys().next().value;
  if (me.peer?.id === id) return;
  me.peer?.link.close();
  me.peer = id === undefined ? undefined : { id, link: linkTo(me, id) };
  me.on.peer(me.others.get(id), me.peer?.link, me.id);
}

function linkTo(me, to) {
  return createLink(
    (link, frame) => transmit(me, { type: 'signal', to, kind: frame?.kind, link }, frame?.data),
    (frame) => me.on.signal(frame),
    () => me.on.reset(),
  );
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
