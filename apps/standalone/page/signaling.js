import { createLink } from './link.js';

/**
 * One participant of one room over the native protocol: joins, comes back by itself with the same key, and passes
 * frames to the other participant through a reliable link.
 * `on`: state(text), peer(participant | undefined, link), signal(description or candidates), reset().
 */
export function joinRoom({ room, name, on }) {
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/connect`;
  const key = randomKey();
  const me = { id: undefined, at: undefined, n: 0, ended: false, socket: undefined, attempt: 0 };
  const others = new Map();
  let peer;

  const transmit = (header, payload) => {
    if (me.socket?.readyState !== WebSocket.OPEN) return;
    const line = JSON.stringify(header);
    me.socket.send(payload === undefined ? line : `${line}\n${JSON.stringify(payload)}`);
  };
  const choosePeer = () => {
    const id = others.keys().next().value;
    if (peer?.id === id) return;
    peer?.link.close();
    peer = id === undefined ? undefined : { id, link: linkTo(id) };
    on.peer(others.get(id), peer?.link, me.id);
  };
  const linkTo = (to) =>
    createLink(
      (link, frame) => transmit({ type: 'signal', to, kind: frame?.kind, link }, frame?.data),
      (frame) => on.signal(frame),
      () => on.reset(),
    );
  const apply = (change) => {
    const { what, participant } = change;
    if (what === 'joined') others.set(participant.id, participant);
    else if (what === 'left') others.delete(participant);
    else if (what === 'status' && change.status === 'online' && peer?.id === participant) peer.link.resend();
  };
  const receive = {
    reply({ id, result, error }) {
      if (id !== 2) return;
      if (error) return error.retry === 'no' ? end(error.message) : me.socket.close();
      me.id = result.you;
      me.attempt = 0;
      on.state('Connected');
      on.iceServers(result.iceServers);
      peer?.link.resend();
    },
    'ice-servers': ({ iceServers }) => on.iceServers(iceServers),
    snapshot({ part, at }, { participants }) {
      if (part === 1) others.clear();
      for (const participant of participants)
        if (participant.id !== me.id) others.set(participant.id, participant);
      me.at = at;
      choosePeer();
    },
    batch({ at }, changes) {
      for (const change of changes) apply(change);
      others.delete(me.id);
      me.at = at;
      choosePeer();
    },
    signal({ from, kind, link }, data) {
      if (peer?.id === from) peer.link.receive(link, { kind, data });
    },
    nack({ to, reason, retryAfterMs = 100 }) {
      if (peer?.id === to && reason !== 'gone')
        setTimeout(() => peer?.id === to && peer.link.resend(), retryAfterMs);
    },
    goodbye({ action, reason }) {
      if (action === 'stop') end(reason);
    },
  };
  const end = (why) => {
    me.ended = true;
    on.state(`Ended: ${why}`);
    me.socket?.close();
  };
  const open = () => {
    const socket = new WebSocket(url, 'parley.v1');
    me.socket = socket;
    socket.onopen = () => {
      transmit({ type: 'hello', id: 1, features: ['link1'] });
      transmit({ type: 'join', id: 2, room, key, n: ++me.n, at: me.at, name, caps: ['link1'] });
    };
    socket.onmessage = ({ data }) => {
      const newline = data.indexOf('\n');
      const header = JSON.parse(newline < 0 ? data : data.slice(0, newline));
      receive[header.type]?.(
        header,
        newline < 0 || newline === data.length - 1 ? undefined : JSON.parse(data.slice(newline + 1)),
      );
    };
    socket.onclose = ({ code }) => {
      if (me.socket !== socket || me.ended) return;
      if (code >= 4000 && code < 4100) return end(`closed by the server (${code})`);
      on.state('Reconnecting …');
      setTimeout(open, Math.random() * Math.min(30_000, 1000 * 2 ** me.attempt++));
    };
  };
  open();
  return {
    leave() {
      transmit({ type: 'leave', id: 3 });
      end('you left');
      peer?.link.close();
    },
  };
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
