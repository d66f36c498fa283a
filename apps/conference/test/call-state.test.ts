import type { Participant, Roster, StatsDigest } from '@parley/client';
import { SignalingError } from '@parley/client';
import { describe, expect, test } from 'vitest';
import { bannerOf } from '../src/call/banner.js';
import { endingOf } from '../src/call/ending.js';
import { bitrate, figuresOf } from '../src/call/figures.js';
import { peopleOf } from '../src/call/people.js';
import type { Known } from '../src/call/people.js';
import { pictureSize } from '../src/call/picture-size.js';
import { qualityOf } from '../src/call/quality.js';
import { commandOf, SHORTCUTS } from '../src/call/shortcuts.js';
import { createSpeaking, meterOf } from '../src/call/speaking.js';
import { createStallWatch, STALL_MS } from '../src/call/stall-watch.js';
import { focusOf, tilesOf } from '../src/call/tiles.js';

const track = (id: string): MediaStreamTrack => ({ id }) as MediaStreamTrack;
const participant = (id: string, more: Partial<Participant> = {}): Participant => ({
  ...{ id, name: id.toUpperCase(), kind: 'standard', status: 'online', caps: [], attributes: {} },
  ...more,
});
function known(participants: readonly Participant[], more: Partial<Known> = {}): Known {
  const roster = { participants: new Map(participants.map((one) => [one.id, one])) } as unknown as Roster;
  return {
    ...{ self: 'me', name: 'Me', muted: false, roster, peers: new Map(), stats: new Map() },
    ...{ hands: new Set<string>(), speaking: new Set<string>(), firstIds: new Map() },
    ...more,
  };
}

describe('people', () => {
  test('oneself is always there, last, also before the room is', () => {
    expect(peopleOf({ ...known([]), roster: undefined }).map(({ name }) => name)).toEqual(['Me']);
    const people = peopleOf(known([participant('me'), participant('bo')]));
    expect(people.map(({ name, self }) => [name, self])).toEqual([
      ['BO', false],
      ['Me', true],
    ]);
  });

  test('who is not reached is shown so, but never somebody whose media still flow', () => {
    const away = participant('bo', { status: 'away' });
    const link = (state?: 'connected' | 'reconnecting' | 'failed', given = away) =>
      peopleOf(known([given], { peers: new Map(state ? [['bo', state]] : []) }))[0]?.link;
    expect(link()).toBe('away');
    expect(link('reconnecting')).toBe('away');
    expect(link('connected')).toBe('connected');
    expect(link(undefined, participant('bo'))).toBe('connecting');
    expect(link('failed', participant('bo'))).toBe('failed');
  });

  test('hidden participants are nobody, mutes and hands are told, and who is muted does not speak', () => {
    const people = peopleOf(
      known(
        [participant('bo', { attributes: { muted: 'microphone' } }), participant('bot', { kind: 'hidden' })],
        {
          ...{ muted: true, hands: new Set(['bo', '']), speaking: new Set(['']) },
        },
      ),
    );
    expect(people.map(({ name, muted, hand, speaking }) => [name, muted, hand, speaking])).toEqual([
      ['BO', true, true, false],
      ['Me', true, true, false],
    ]);
  });
});

test('the more people, the smaller the picture that each is sent', () => {
  const pixels = [1, 2, 3, 4, 5, 8].map((others) => {
    const { width, height, frameRate } = pictureSize(others);
    return width * height * frameRate * others;
  });
  expect(Math.max(...pixels)).toBe(pixels[1]);
});

describe('tiles', () => {
  const people = peopleOf(known([participant('bo'), participant('cy')]));

  test('everybody has one, with or without a camera; screens have their own, first', () => {
    const tiles = tilesOf(people, [
      { from: 'bo', source: 'screen', track: track('s') },
      { from: 'cy', source: 'camera', track: track('c') },
    ]);
    expect(tiles.map(({ key, track: shown }) => [key, shown?.id])).toEqual([
      ['screen:bo', 's'],
      ['camera:bo', undefined],
      ['camera:cy', 'c'],
      ['camera:', undefined],
    ]);
  });

  test('a participant that has another id after an outage keeps its tile', () => {
    const renamed = peopleOf(known([participant('bo2')], { firstIds: new Map([['bo2', 'bo']]) }));
    expect(tilesOf(renamed, []).map(({ key }) => key)).toEqual(['camera:bo', 'camera:']);
  });

  test('the focus is what was pinned, else the screen of somebody else, else one’s own', () => {
    const own = { from: '', source: 'screen', track: track('o') };
    const others = { from: 'cy', source: 'screen', track: track('s') };
    expect(focusOf(tilesOf(people, []), undefined)).toBeUndefined();
    expect(focusOf(tilesOf(people, [own]), undefined)).toBe('screen:');
    expect(focusOf(tilesOf(people, [own, others]), undefined)).toBe('screen:cy');
    expect(focusOf(tilesOf(people, [own, others]), 'camera:bo')).toBe('camera:bo');
    expect(focusOf(tilesOf(people, []), 'camera:gone')).toBeUndefined();
  });
});

describe('what is amiss', () => {
  test('connecting, waiting and degraded each have their banner, a call that is well has none', () => {
    expect(bannerOf({ name: 'joined', degraded: false }, true)).toBeUndefined();
    expect(bannerOf({ name: 'joined', degraded: true }, true)?.title).toBe('banner.degraded');
    expect(bannerOf({ name: 'connecting', attempt: 1 }, false)).toMatchObject({
      tone: 'busy',
      title: 'banner.connecting',
    });
    expect(bannerOf({ name: 'connecting', attempt: 1 }, true)?.title).toBe('banner.reconnecting');
    const waiting = bannerOf({ name: 'waiting', attempt: 2, retryInMs: 3_400 }, true);
    expect(waiting?.hints).toEqual([
      { key: 'banner.callGoesOn' },
      { key: 'banner.retryIn', values: { seconds: 3 } },
    ]);
  });

  test('a picture has stopped after four seconds without a frame, and not while nobody looks', () => {
    const watch = createStallWatch();
    expect([watch.seen(1, 0), watch.seen(2, STALL_MS), watch.seen(2, STALL_MS * 2 - 1)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(watch.seen(2, STALL_MS * 2)).toBe(true);
    expect(watch.seen(3, STALL_MS * 2 + 500)).toBe(false);
    watch.rest();
    expect(watch.seen(3, STALL_MS * 9)).toBe(false);
  });

  test.each([
    ['connected', { rttMs: 40, lossIn: 0 }, 'good'],
    ['connected', { rttMs: 250, lossIn: 0 }, 'fair'],
    ['connected', { rttMs: 40, lossIn: 0.05 }, 'fair'],
    ['connected', { rttMs: 40, lossIn: 0.2 }, 'poor'],
    ['connected', undefined, 'unknown'],
    ['connecting', undefined, 'unknown'],
    ['reconnecting', { rttMs: 40, lossIn: 0 }, 'lost'],
    ['failed', undefined, 'lost'],
    [undefined, undefined, 'unknown'],
  ] as const)('a connection that is %s with %j is %s', (state, stats, quality) => {
    expect(qualityOf(state, stats)).toBe(quality);
  });

  test.each([
    [{ reason: 'left' }, 'ended.left'],
    [{ reason: 'removed' }, 'ended.removed'],
    [{ reason: 'replaced' }, 'ended.replaced'],
    [{ reason: 'room-closed' }, 'ended.closed'],
    [{ reason: 'unsupported' }, 'ended.unsupported'],
    [{ reason: 'refused', error: new SignalingError({ code: 'room_full' }) }, 'ended.full'],
    [{ reason: 'refused', error: new SignalingError({ code: 'room_locked' }) }, 'ended.locked'],
    [{ reason: 'refused', error: new SignalingError({ code: 'token_required' }) }, 'ended.token'],
    [{ reason: 'gave-up' }, 'ended.other'],
  ] as const)('the end by %j is told as %s', (state, title) => {
    expect(endingOf({ name: 'ended', ...state }).title).toBe(title);
  });
});

test('figures are rounded, and name neither address nor port', () => {
  const stats: StatsDigest = {
    ...{ rttMs: 41.6, bitrateIn: 1_234_567, bitrateOut: 512_300, lossIn: 0.0123, width: 1280, height: 720 },
    ...{ framesPerSecond: 29.7, framesDecoded: 9, localCandidate: 'host', remoteCandidate: 'srflx' },
    ...{
      relayed: false,
      totals: { at: 0, bytesReceived: 0, bytesSent: 0, packetsLost: 0, packetsReceived: 0 },
    },
  };
  expect(figuresOf(stats).map(({ value }) => value)).toEqual([
    ...['42 ms', '1.2 Mbit/s', '512 kbit/s', '1.2 %', '1280 × 720 · 30 fps', 'host → srflx'],
  ]);
  expect(bitrate(0)).toBe('0 kbit/s');
});

test('who is loud speaks, for a moment longer; the same people are the same set', () => {
  const speaking = createSpeaking();
  const first = speaking.heard(
    new Map([
      ['bo', 0.2],
      ['cy', 0.001],
    ]),
    0,
  );
  expect([...first]).toEqual(['bo']);
  expect(
    speaking.heard(
      new Map([
        ['bo', 0],
        ['cy', 0],
      ]),
      500,
    ),
  ).toBe(first);
  expect([...speaking.heard(new Map([['bo', 0]]), 1_500)]).toEqual([]);
  expect([meterOf(0), meterOf(1)]).toEqual([0, 1]);
});

test('every shortcut has a key of its own, works by its place on the keyboard, and is silent while one writes', () => {
  const keys = Object.values(SHORTCUTS).map(({ code, shift }) => `${code} ${shift}`);
  expect(new Set(keys).size).toBe(keys.length);
  const press = {
    code: 'KeyM',
    key: 'ㅡ',
    shiftKey: false,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    repeat: false,
  };
  expect(commandOf(press, false)).toBe('mute');
  expect(commandOf(press, true)).toBeUndefined();
  for (const more of ['ctrlKey', 'altKey', 'metaKey', 'repeat'])
    expect(commandOf({ ...press, [more]: true }, false)).toBeUndefined();
  // On a German keyboard the question mark stands elsewhere.
  expect(commandOf({ ...press, code: 'Minus', key: '?', shiftKey: true }, false)).toBe('help');
});
