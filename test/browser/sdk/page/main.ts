import type { MeshCall, SignalingClient } from '@parley/client';
import type { CallPage, PageOptions, Source } from '../call-page.js';
import { createArrivals } from './arrivals.js';
import type { Arrivals } from './arrivals.js';
import { createChat } from './chat.js';
import { createDevices } from './devices.js';
import { createGapWatch } from './gap-watch.js';
import { createJournal } from './journal.js';
import { createRenegotiation } from './renegotiation.js';

/** Where the page keeps the key of its participant for the page that follows it in this tab. */
const KEY = 'parley-key';

const options = Object.fromEntries(new URLSearchParams(location.search)) as unknown as PageOptions;
const { createSignalingClient, createMeshCall } = (await import(
  options.sdk ?? `${options.server}/sdk.js`
)) as typeof import('@parley/client');

const devices = createDevices(options.screen);
const connections: RTCPeerConnection[] = [];
const own = new Map<Source, MediaStreamTrack>();
const arrivals: Arrivals = createArrivals(() => connections.flatMap((pc) => pc.getReceivers()));

for (const source of options.sends.split(',').filter(Boolean) as Source[])
  own.set(source, await devices.open(source));
const replaces = options.reload === 'replaces' ? sessionStorage.getItem(KEY) : null;
const signaling: SignalingClient = createSignalingClient({
  urls: options.server.split(',').map((server) => `${server.replace('http', 'ws')}/v1/connect`),
  room: options.room,
  name: options.name,
  ...(replaces === null ? {} : { replaces }),
});
sessionStorage.setItem(KEY, signaling.key);
const call: MeshCall = createMeshCall({
  signaling,
  localStream: new MediaStream([...own.values()]),
  createPeerConnection(configuration) {
    const pc = new RTCPeerConnection(configuration);
    connections.push(pc);
    return pc;
  },
});
const journal = createJournal(signaling, call);
call.on('track', ({ from, ...remote }) => arrivals.add(journal.nameOf(from), remote));
call.on('trackEnded', ({ track }) => arrivals.remove(track));
const joined = signaling.join();

async function leave(): Promise<void> {
  call.leave();
  await signaling.leave();
}
// On a reload Firefox closes WebSockets before `pagehide`.
if (options.reload === 'leaves')
  for (const event of ['beforeunload', 'pagehide']) addEventListener(event, () => void leave());

const page: CallPage = {
  ...arrivals,
  ...createChat(call, journal),
  ...createGapWatch(arrivals),
  ...createRenegotiation({ call, connections, journal, drawing: await devices.open('drawing') }),
  ready: async () => void (await joined),
  isAmong: (...names) => signaling.state.name === 'joined' && isSame(journal.people(), names),
  gets: (...tracks) =>
    isSame(
      [...arrivals.all].map(({ from, source }) => `${from} ${source}`),
      tracks,
    ),
  log: () => journal.lines,
  wasTold: (line) => journal.lines.includes(line),
  async turnOn(source) {
    const track = await devices.open(source);
    own.set(source, track);
    call.addTrack(track, { source });
  },
  turnOff(source) {
    const track = own.get(source)!;
    call.removeTrack(track);
    track.stop();
  },
  async showScreenAsCamera() {
    const screen = await devices.open('screen');
    call.replaceTrack(own.get('camera')!, screen);
  },
  setMuted: (source, muted) => call.setMuted(source, muted),
  collisions: () => journal.lines.filter((line) => line.startsWith('collision')).length,
  connections: () => connections.length,
  leave,
  hangUp: () => call.leave(),
  report: async () => ({
    state: signaling.state,
    people: journal.people(),
    log: journal.lines.slice(-40),
    arrivals: await Promise.all(
      [...arrivals.all].map(async ({ from, source, track }) => {
        const { framesDecoded, frameWidth, frameHeight, packetsReceived, totalAudioEnergy } =
          await arrivals.stats(track);
        const { muted, readyState } = track;
        const figures = { framesDecoded, frameWidth, frameHeight, packetsReceived, totalAudioEnergy };
        return { from, source, muted, readyState, ...figures };
      }),
    ),
    connections: connections.map((pc) => ({
      signaling: pc.signalingState,
      ice: pc.iceConnectionState,
      gathering: pc.iceGatheringState,
      state: pc.connectionState,
      transceivers: pc
        .getTransceivers()
        .map(({ mid, direction, currentDirection }) => [mid, direction, currentDirection]),
    })),
  }),
};

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join();
}

globalThis.callPage = page;
