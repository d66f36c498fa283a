import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { createMeshCall, createSignalingClient } from '@parley/client';
import type { PeerState, SignalingClient, SignalingState, StatsDigest } from '@parley/client';
import { entrance } from '../app/site.js';
import type { Site } from '../app/site.js';
import type { Devices } from '../devices/create-devices.js';
import { createLevels } from './levels.js';
import { createMeshView } from './mesh-view.js';
import { peopleOf } from './people.js';
import type { Person } from './people.js';
import { createRoomChannel } from './room-channel.js';
import type { RoomChannel } from './room-channel.js';
import type { RoomMessage } from './room-message.js';
import { createScreenShare } from './screen-share.js';
import type { ScreenShare } from './screen-share.js';
import { sendDevices } from './send-devices.js';
import { createSpeaking } from './speaking.js';
import { tilesOf } from './tiles.js';
import type { ShownTrack, Tile } from './tiles.js';

/** A call, from before its room is joined to its end. */
export interface Call {
  readonly room: string;
  /** What a later call, after a reload, takes this one's place with. */
  readonly key: string;
  readonly state: ReadonlySignal<SignalingState>;
  /** Whether the room was reached once. */
  readonly joined: ReadonlySignal<boolean>;
  readonly people: ReadonlySignal<readonly Person[]>;
  readonly tiles: ReadonlySignal<readonly Tile[]>;
  /** What is to be heard. */
  readonly sounds: ReadonlySignal<readonly ShownTrack[]>;
  readonly peers: ReadonlySignal<ReadonlyMap<string, PeerState>>;
  readonly stats: ReadonlySignal<ReadonlyMap<string, StatsDigest>>;
  readonly talk: RoomChannel;
  readonly screen: ScreenShare;
  /** The key of a tile that the user wants large. */
  readonly pinned: Signal<string | undefined>;
  /** What somebody in the room is called; the empty id is oneself. */
  nameOf(id: string): string;
  /** Leaves the room; nothing of the call goes on. */
  leave(): void;
}

/** What a call tells while it goes on. */
export type CallNews =
  | { readonly what: 'joined' | 'left' | 'shared'; readonly name: string }
  | { readonly what: 'said'; readonly name: string; readonly message: RoomMessage };

/** What a call is made of. */
export interface CallDeps {
  readonly room: string;
  readonly name: string;
  readonly site: Site;
  /** The key of the call before a reload. */
  readonly replaces: string | undefined;
  readonly devices: Devices;
  readonly news: (news: CallNews) => void;
}

/** Milliseconds between two looks at who speaks, and between two measurements of each connection. */
const LISTEN_MS = 150;
const STATS_MS = 2_000;

/** Joins a room, and sends what the devices give. */
export function createCall(deps: CallDeps): Call {
  const { room, name, site, replaces, devices, news } = deps;
  const signaling = createSignalingClient({
    ...entrance(site, room, name),
    ...(replaces !== undefined && { replaces }),
  });
  const mesh = createMeshCall({ signaling, statsEveryMs: STATS_MS });
  const view = createMeshView(mesh);
  const { state, joined, roster } = followSignaling(signaling);
  const nameOf = (id: string): string =>
    id === '' || id === signaling.id ? name : signaling.roster?.participants.get(id)?.name || '?';
  const talk = createRoomChannel({
    channel: mesh.channel('room'),
    nameOf,
    told: (from, message) => news({ what: 'said', name: nameOf(from), message }),
    wall: () => Date.now(),
    after: (ms, run) => setTimeout(run, ms),
  });
  const screen = createScreenShare(mesh, navigator.mediaDevices);
  const others = computed(() => view.peers.value.size);
  const endSending = sendDevices(mesh, devices, others);
  const { speaking, endListening } = listen(devices, view.tracks);
  signaling.on(
    'joined',
    ({ participant }) => joined.peek() && news({ what: 'joined', name: participant.name }),
  );
  signaling.on('left', ({ participant }) => news({ what: 'left', name: participant.name }));
  mesh.on('peer', ({ id, state: now }) => now === 'closed' && talk.gone(id));
  mesh.on('renamed', ({ from, to }) => talk.renamed(from, to));
  mesh.on('track', ({ from, source }) => source === 'screen' && news({ what: 'shared', name: nameOf(from) }));
  const people = computed(() =>
    peopleOf({
      ...{ self: signaling.id, name, roster: roster.value, speaking: speaking.value },
      muted: devices.muted.value || !devices.microphone.track.value,
      ...{ peers: view.peers.value, stats: view.stats.value, hands: talk.hands.value },
      firstIds: view.firstIds.value,
    }),
  );
  const end = (): void => {
    endSending();
    endListening();
    screen.stop();
  };
  signaling.on('state', ({ name: now }) => now === 'ended' && end());
  void signaling.join().catch(() => undefined);
  return {
    room,
    get key() {
      return signaling.key;
    },
    ...{ state, joined, people, talk, screen, nameOf, peers: view.peers, stats: view.stats },
    tiles: computed(() => tilesOf(people.value, [...view.tracks.value, ...own(devices, screen)])),
    sounds: computed(() => view.tracks.value.filter(({ track }) => track.kind === 'audio')),
    pinned: signal(undefined),
    leave() {
      mesh.leave();
      void signaling.leave();
    },
  };
}

function own({ camera }: Devices, screen: ScreenShare): readonly ShownTrack[] {
  const sources = { camera: camera.track.value, screen: screen.track.value };
  return Object.entries(sources).flatMap(([source, track]) => (track ? [{ from: '', source, track }] : []));
}

function followSignaling(signaling: SignalingClient) {
  const state = signal<SignalingState>(signaling.state);
  const joined = signal(false);
  const roster = signal(signaling.roster);
  signaling.on('roster', (now) => (roster.value = now.roster));
  signaling.on('state', (now) => {
    state.value = now;
    if (now.name === 'joined') joined.value = true;
  });
  return { state, joined, roster };
}

/** Who speaks, oneself (the empty id) and the others. */
function listen({ microphone }: Devices, tracks: ReadonlySignal<readonly ShownTrack[]>) {
  const levels = createLevels();
  const detector = createSpeaking();
  const speaking = signal<ReadonlySet<string>>(new Set());
  const heard = computed(() => {
    const voices = tracks.value.filter(({ source }) => source === 'microphone');
    const all = new Map(voices.map(({ from, track }) => [from, track]));
    if (microphone.track.value) all.set('', microphone.track.value);
    return all;
  });
  const unfollow = heard.subscribe((now) => levels.follow(now));
  const timer = setInterval(
    () => (speaking.value = detector.heard(levels.read(), performance.now())),
    LISTEN_MS,
  );
  return {
    speaking,
    endListening(): void {
      clearInterval(timer);
      unfollow();
      levels.close();
    },
  };
}
