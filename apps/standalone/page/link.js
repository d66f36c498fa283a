/**
 * The reliable link of docs/PROTOCOL.md for one peer, in its smallest form: numbered, acknowledged, resent, in order.
 * `transmit(link, frame)` sends once; `deliver(frame)` gets each of the peer's frames once and in order.
 */
export function createLink(transmit, deliver, reset) {
  let gen = 1;
  let next = 1;
  let received = 0;
  let unacknowledged = [];
  let early = new Map();
  let timer;

  const send = (item) => transmit([gen, item.seq, received], item.frame);
  const acknowledge = () => transmit([gen, 0, received], undefined);
  const resend = () => {
    for (const item of unacknowledged.slice(0, 32)) send(item);
    arm();
  };
  const arm = () => {
    clearTimeout(timer);
    if (unacknowledged.length > 0) timer = setTimeout(resend, 1500);
  };
  const adopt = (peerGen) => {
    gen = peerGen;
    next = 1;
    received = 0;
    unacknowledged = [];
    early = new Map();
    reset();
  };
  return {
    resend,
    send(frame) {
      const item = { seq: next++, frame };
      unacknowledged.push(item);
      if (unacknowledged.length <= 32) send(item);
      arm();
    },
    receive([peerGen, seq, ack], frame) {
      if (peerGen < gen) return acknowledge();
      if (peerGen > gen) adopt(peerGen);
      if (ack >= next) return;
      unacknowledged = unacknowledged.filter((item) => item.seq > ack);
      arm();
      if (seq === 0) return;
      if (seq > received && seq <= received + 32) early.set(seq, frame);
      while (early.has(received + 1)) {
        const ready = early.get(received + 1);
        early.delete(++received);
        deliver(ready);
      }
      acknowledge();
    },
    close() {
      clearTimeout(timer);
    },
  };
}
