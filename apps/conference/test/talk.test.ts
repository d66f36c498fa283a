import type { Channel, ChannelEvents } from '@parley/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRoomChannel } from '../src/call/room-channel.js';
import { decodeRoomMessage, encodeRoomMessage, MOST_TEXT, REACTIONS } from '../src/call/room-message.js';
import { chatAfter, EMPTY_CHAT, MOST_MESSAGES } from '../src/chat/chat-state.js';
import type { ChatMessage } from '../src/chat/chat-state.js';
import { linksIn } from '../src/chat/links-in.js';

const message = (id: number, from: string, waiting: readonly string[] = []): ChatMessage => ({
  ...{ id, from, waiting, name: from, text: `t${id}`, at: 0 },
});

test('what others say while the chat is closed is unread; opening it reads it', () => {
  let chat = chatAfter(EMPTY_CHAT, { what: 'said', message: message(1, 'bo') });
  chat = chatAfter(chat, { what: 'said', message: message(2, '') });
  expect(chat.unread).toBe(1);
  chat = chatAfter(chat, { what: 'opened' });
  chat = chatAfter(chat, { what: 'said', message: message(3, 'bo') });
  expect(chat.unread).toBe(0);
});

test('a chat is bounded: the oldest is forgotten', () => {
  let chat = EMPTY_CHAT;
  for (let id = 0; id <= MOST_MESSAGES; id++)
    chat = chatAfter(chat, { what: 'said', message: message(id, 'bo') });
  expect(chat.messages).toHaveLength(MOST_MESSAGES);
  expect(chat.messages[0]?.id).toBe(1);
});

test('what is said and sent arrives as it was; anything else is nothing', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 50 }), (text) => {
      fc.pre(text.trim() !== '');
      const said = { kind: 'chat', id: 1, text } as const;
      expect(decodeRoomMessage(encodeRoomMessage(said))).toEqual(said);
    }),
  );
  fc.assert(fc.property(fc.anything(), (data) => void expect(decodeRoomMessage(data)).toBeUndefined()));
  fc.assert(
    fc.property(
      fc.json(),
      (data) => void expect(['chat', 'hand', 'reaction', undefined]).toContain(decodeRoomMessage(data)?.kind),
    ),
  );
  const long = { kind: 'chat', id: 1, text: 'x'.repeat(MOST_TEXT + 1) } as const;
  expect(decodeRoomMessage(encodeRoomMessage(long))).toBeUndefined();
  expect(decodeRoomMessage('{"kind":"reaction","emoji":"💣"}')).toBeUndefined();
});

/** A channel that reaches only those who are connected. */
function scene() {
  const connected = new Set<string>();
  const members = new Set(['bo', 'cy']);
  const sent: [string, string][] = [];
  const listeners: { [E in keyof ChannelEvents]?: (what: ChannelEvents[E]) => void } = {};
  const channel: Channel = {
    on(event, listener) {
      Object.assign(listeners, { [event]: listener });
      return () => undefined;
    },
    send(data, to) {
      const wanted = to === undefined ? [...members] : [to];
      for (const id of wanted) if (connected.has(id)) sent.push([id, data as string]);
      return wanted.filter((id) => !connected.has(id));
    },
  };
  const heard: string[] = [];
  const talk = createRoomChannel({
    channel,
    nameOf: (id) => id || 'me',
    told: (from, { kind }) => heard.push(`${from} ${kind}`),
    wall: () => 7,
    after: () => undefined,
  });
  return {
    ...{ talk, sent, heard },
    connect(peer: string) {
      connected.add(peer);
      listeners.ready?.({ peer });
    },
    receive: (from: string, data: string) => listeners.message?.({ from, data }),
  };
}

test('whoever is not connected gets a message once they are, each one once', () => {
  const { talk, sent, connect } = scene();
  connect('bo');
  talk.say('hello');
  expect(talk.chat.value.messages[0]?.waiting).toEqual(['cy']);
  connect('cy');
  connect('cy');
  expect(talk.chat.value.messages[0]?.waiting).toEqual([]);
  expect(sent.map(([to]) => to)).toEqual(['bo', 'cy']);
});

test('nothing waits for who has left, and one who comes back under another id keeps hand and messages', () => {
  const { talk, sent, connect, receive } = scene();
  talk.say('hello');
  talk.gone('bo');
  talk.renamed('cy', 'cy2');
  expect(talk.chat.value.messages[0]?.waiting).toEqual(['cy2']);
  connect('cy2');
  expect(sent.map(([to]) => to)).toEqual(['cy2']);
  receive('cy2', encodeRoomMessage({ kind: 'hand', up: true }));
  talk.renamed('cy2', 'cy3');
  expect([...talk.hands.value]).toEqual(['cy3']);
});

test('whoever comes later sees the hand that is up', () => {
  const { talk, sent, connect, receive, heard } = scene();
  talk.raise(true);
  connect('bo');
  expect(sent).toEqual([['bo', encodeRoomMessage({ kind: 'hand', up: true })]]);
  receive('bo', encodeRoomMessage({ kind: 'hand', up: true }));
  expect([...talk.hands.value]).toEqual(['', 'bo']);
  talk.gone('bo');
  expect([...talk.hands.value]).toEqual(['']);
  for (let many = 0; many < 100; many++)
    receive('bo', encodeRoomMessage({ kind: 'reaction', emoji: REACTIONS[0] }));
  expect(talk.reactions.value.length).toBeLessThanOrEqual(24);
  receive('bo', 'not a message');
  expect(heard).toHaveLength(101);
});

test.each([
  ['see https://a.example/r/x?y=1#z.', ['https://a.example/r/x?y=1#z']],
  ['(http://a.example) and https://b.example/한글, too', ['http://a.example', 'https://b.example/한글']],
  ['javascript:alert(1) ftp://a.example www.a.example', []],
  ['https://', []],
  ['', []],
])('of %j the links are %j, and nothing of the text is lost', (text, links) => {
  const pieces = linksIn(text);
  expect(pieces.flatMap(({ href }) => href ?? [])).toEqual(links);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
});
