import type { Change, LinkHeader, Participant } from '@parley/protocol';
import { createLink } from '../link/create-link.js';
import type { Link, LinkMessage } from '../link/link.js';
import { createTimer } from '../timer.js';
import type { ClientClock, ClientRandom } from '../ports.js';

/** How many links of participants that have left are kept, for their generations: one that comes back goes on from it. */
const MOST_LEFT = 64;

/** The reliable links of one participant to all others. */
export interface Links {
  send(to: Participant, message: LinkMessage): 'queued' | 'full';
  receive(from: Participant, header: LinkHeader, message: LinkMessage | undefined): void;
  nacked(to: string, header: LinkHeader, retryAfterMs: number | undefined): void;
  restart(to: Participant): void;
  /** There is a new connection. */
  bound(): void;
  /** The roster has changed: who left, came back, is away or online. */
  changed(change: Change): void;
  /** One's own participant has ended: every link, and every timer, is gone. */
  clear(): void;
}

/** What links are made of. */
export interface LinksDeps {
  readonly clock: ClientClock;
  readonly random: ClientRandom;
  /** Sends one frame to a participant, best effort. */
  transmit(to: string, header: LinkHeader, message: LinkMessage | undefined): void;
  deliver(from: string, message: LinkMessage): void;
  fault(error: unknown): void;
  tell(event: 'reset' | 'stalled' | 'drained', peer: string): void;
}

interface Held {
  readonly link: Link;
  /** Set when the queue was full: told when no more than this is left in it. */
  full?: number | undefined;
  stop(): void;
}

/** The links of those who are in the room, and of those who were, the oldest first. */
interface Places {
  readonly here: Map<string, Held>;
  readonly gone: Map<string, Held>;
}

/** No links yet; each is made when it is first needed. */
export function createLinks(deps: LinksDeps): Links {
  const here = new Map<string, Held>();
  const gone = new Map<string, Held>();
  const linkTo = ({ id, status }: Participant): Held => {
    const known = here.get(id);
    if (known) return known;
    const held = hold(deps, id);
    here.set(id, held);
    if (status === 'away') held.link.presence('away');
    return held;
  };
  return {
    send(to, message) {
      const held = linkTo(to);
      const queued = held.link.send(message);
      if (queued === 'full') held.full ??= Math.floor(held.link.pending / 2);
      return queued;
    },
    receive(from, header, message) {
      const held = linkTo(from);
      held.link.receive(header, message);
      if (held.link.pending > (held.full ?? -1)) return;
      held.full = undefined;
      deps.tell('drained', from.id);
    },
    nacked: (to, header, retryAfterMs) => here.get(to)?.link.nacked(header, retryAfterMs),
    restart: (to) => linkTo(to).link.restart(),
    bound: () => here.forEach(({ link }) => link.bound()),
    changed: (change) => changed({ here, gone }, change),
    clear() {
      here.forEach((held) => held.stop());
      here.clear();
      gone.clear();
    },
  };
}

function changed({ here, gone }: Places, change: Change): void {
  if (change.what === 'joined') {
    const { id, status } = change.participant;
    const held = gone.get(id);
    if (!held) return;
    gone.delete(id);
    here.set(id, held);
    held.link.presence(status);
    held.link.restart();
  } else if (change.what === 'status') {
    here.get(change.participant)?.link.presence(change.status);
  } else if (change.what === 'left') {
    leave({ here, gone }, change.participant);
  }
}

function leave({ here, gone }: Places, id: string): void {
  const held = here.get(id);
  if (!held) return;
  held.link.left();
  held.full = undefined;
  here.delete(id);
  gone.set(id, held);
  const [oldest = ''] = gone.keys();
  if (gone.size > MOST_LEFT) gone.delete(oldest);
}

function hold(deps: LinksDeps, peer: string): Held {
  const { clock, random } = deps;
  const timer = createTimer(clock);
  let stopped = false;
  const link = createLink({
    now: clock.now,
    random: random.fraction,
    transmit: (header, message) => stopped || deps.transmit(peer, header, message),
    // The empty message of a restart is the link's own.
    deliver: (message) => (!message.payload && message.kind === undefined) || deps.deliver(peer, message),
    fault: deps.fault,
    reset: () => deps.tell('reset', peer),
    stalled: () => deps.tell('stalled', peer),
    wakeAt(time) {
      if (stopped) return;
      timer.stop();
      if (time !== undefined) timer.set(time - clock.now(), link.wake);
    },
  });
  return {
    link,
    stop() {
      stopped = true;
      timer.stop();
    },
  };
}
