// An offer, an answer and 50 candidates arrive once and in order, although a socket is killed on the way.
// usage: node native-client.mjs [ws://127.0.0.1:8080/v1/connect]        needs nothing but `ws`
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

const url = process.argv[2] ?? 'ws://127.0.0.1:8080/v1/connect';
const room = `demo-${randomBytes(4).toString('hex')}`;

function participant(name, onSignal) {
  const me = { key: randomBytes(16).toString('hex'), n: 0, sent: 0, received: 0, waiting: [] };
  const write = (header, ...body) =>
    me.socket.send([header, ...body].map((x) => JSON.stringify(x)).join('\n'));
  const transmit = (seq, ...body) =>
    write({ type: 'signal', to: me.peer, link: [1, seq, me.received] }, ...body);
  const meet = ({ id }) => id !== me.id && ((me.peer = id), me.resend());
  const on = {
    reply: ({ result }) => (me.id = result.you),
    snapshot: (_, { participants }) => participants.forEach(meet),
    batch: (_, changes) => changes.forEach(({ what, participant }) => what === 'joined' && meet(participant)),
    signal({ link: [, seq, ack] }, body) {
      me.waiting = me.waiting.filter((item) => item.seq > ack);
      if (seq === me.received + 1) (me.received++, onSignal(body));
      if (seq > 0) transmit(0); // an acknowledgement alone
    },
  };
  me.send = (body) => (me.waiting.push({ seq: ++me.sent, body }), me.peer && transmit(me.sent, body));
  me.resend = () =>
    me.socket.readyState === 1 && me.waiting.slice(0, 32).forEach(({ seq, body }) => transmit(seq, body));
  me.connect = () => {
    me.socket = new WebSocket(url, 'parley.v1');
    me.socket.on('open', () => {
      write({ type: 'hello', id: 1 });
      write({ type: 'join', id: 2, room, key: me.key, n: ++me.n, name, caps: ['link1'] }); // a known key resumes
    });
    me.socket.on('message', (data) => {
      const [header, body] = data
        .toString()
        .split('\n')
        .map((line) => JSON.parse(line));
      on[header.type]?.(header, body);
    });
    me.socket.on('close', () => me.done || setTimeout(me.connect, 200));
  };
  me.timer = setInterval(() => me.peer && me.resend(), 1000);
  me.connect();
  return me;
}

const got = [];
const take = (what) => got.push(what) === 52 && finish();
const ann = participant('Ann', (answer) => take(answer.type));
const bo = participant('Bo', (signal) => {
  if (signal.type === 'offer') bo.send({ type: 'answer', sdp: 'v=0' });
  if (signal.candidate === 'candidate:20') bo.socket.terminate(); // as if the network went away
  take(signal.type ?? signal.candidate);
});
ann.send({ type: 'offer', sdp: 'v=0' });
for (let i = 1; i <= 50; i++) ann.send({ candidate: `candidate:${i}`, sdpMid: '0' });

function finish() {
  const expected = ['offer', ...Array.from({ length: 50 }, (_, i) => `candidate:${i + 1}`)];
  const inOrder = JSON.stringify(got.filter((what) => what !== 'answer')) === JSON.stringify(expected);
  console.log(
    `Bo connected ${bo.n} times; ${got.length} of 52 arrived, ${inOrder ? 'in order' : 'OUT OF ORDER'}`,
  );
  for (const one of [ann, bo]) (clearInterval(one.timer), (one.done = true), one.socket.close());
  process.exitCode = inOrder && bo.n > 1 ? 0 : 1;
}
