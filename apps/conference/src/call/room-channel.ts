import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Channel } from '@parley/client';
import { chatAfter, EMPTY_CHAT, waitingFor } from '../chat/chat-state.js';
import type { ChatEvent, ChatMessage, ChatState } from '../chat/chat-state.js';
import { decodeRoomMessage, encodeRoomMessage } from './room-message.js';
import type { RoomMessage } from './room-message.js';

/** A reaction that floats up for a moment. */
export interface Reaction {
  readonly id: number;
  readonly emoji: string;
  /** A participant's id; empty: one's own. */
  readonly from: string;
}

/** Chat, raised hands and reactions, straight between the participants. */
export interface RoomChannel {
  readonly chat: ReadonlySignal<ChatState>;
  /** Ids of those whose hand is up; empty: one's own. */
  readonly hands: ReadonlySignal<ReadonlySet<string>>;
  readonly reactions: ReadonlySignal<readonly Reaction[]>;
  /** Says it to everybody; whoever is not connected at the moment gets it once they are. */
  say(text: string): void;
  raise(up: boolean): void;
  react(emoji: string): void;
  showChat(open: boolean): void;
  /** A participant has left. */
  gone(peer: string): void;
  renamed(from: string, to: string): void;
}

/** What a channel needs. */
export interface RoomChannelDeps {
  readonly channel: Channel;
  readonly nameOf: (id: string) => string;
  /** Told of what others say and do, not of one's own. */
  readonly told: (from: string, message: RoomMessage) => void;
  readonly wall: () => number;
  readonly after: (ms: number, run: () => void) => unknown;
}

const REACTION_MS = 4_000;
const MOST_REACTIONS = 24;

/** A room in which nothing was said yet. */
export function createRoomChannel({ channel, nameOf, told, wall, after }: RoomChannelDeps): RoomChannel {
  const chat = signal(EMPTY_CHAT);
  const hands = signal<ReadonlySet<string>>(new Set());
  const reactions = signal<readonly Reaction[]>([]);
  let next = 0;
  const happen = (event: ChatEvent): void => void (chat.value = chatAfter(chat.peek(), event));
  const send = (message: RoomMessage, to?: string): readonly string[] =>
    channel.send(encodeRoomMessage(message), to);
  const hand = (id: string, up: boolean): void => void (hands.value = withHand(hands.peek(), id, up));
  const react = (from: string, emoji: string): void => {
    const id = (next += 1);
    reactions.value = [...reactions.peek(), { id, emoji, from }].slice(-MOST_REACTIONS);
    after(REACTION_MS, () => (reactions.value = reactions.peek().filter((one) => one.id !== id)));
  };
  const said = (from: string, text: string, id: number, waiting: readonly string[]): void => {
    const message: ChatMessage = { id, from, name: nameOf(from), text, at: wall(), waiting };
    happen({ what: 'said', message });
  };
  channel.on('message', ({ from, data }) => {
    const message = decodeRoomMessage(data);
    if (!message) return;
    if (message.kind === 'chat') said(from, message.text, (next += 1), []);
    else if (message.kind === 'hand') hand(from, message.up);
    else react(from, message.emoji);
    told(from, message);
  });
  channel.on('ready', ({ peer }) => {
    if (hands.peek().has('')) send({ kind: 'hand', up: true }, peer);
    for (const { id, text } of waitingFor(chat.peek(), peer)) {
      if (send({ kind: 'chat', id, text }, peer).length === 0) happen({ what: 'reached', id, peer });
    }
  });
  return {
    ...{ chat, hands, reactions },
    say(text) {
      const id = (next += 1);
      said('', text, id, send({ kind: 'chat', id, text }));
    },
    raise(up) {
      hand('', up);
      send({ kind: 'hand', up });
    },
    react(emoji) {
      react('', emoji);
      send({ kind: 'reaction', emoji });
    },
    showChat: (open) => happen({ what: open ? 'opened' : 'closed' }),
    gone(peer) {
      hand(peer, false);
      happen({ what: 'gone', peer });
    },
    renamed(from, to) {
      if (hands.peek().has(from)) {
        hand(from, false);
        hand(to, true);
      }
      happen({ what: 'renamed', from, to });
    },
  };
}

function withHand(hands: ReadonlySet<string>, id: string, up: boolean): ReadonlySet<string> {
  const others = [...hands].filter((one) => one !== id);
  return new Set(up ? [...others, id] : others);
}
