import type { IceServer } from '@parley/protocol';
import type { SdkPage } from '../../support/sdk-site.js';

/** What a page has seen of its call so far; it is in its global scope as `held`. */
export interface HeldCall {
  /** Since the first frame of the other end was decoded, in ms. */
  heldMs: number;
  decoded: number;
  /** The longest time without another frame, in ms. */
  longestGapMs: number;
  /** The ICE servers that the SDK was told, in their order. */
  readonly iceServers: (readonly IceServer[])[];
  /** How often it was connected, how often it had to connect again, and so on. */
  readonly states: Record<string, number>;
  /** The generations of candidates that this end has gathered. */
  readonly generations: string[];
  /** Types of the candidates of all pairs that were in use, `relay/relay`. */
  readonly pairs: string[];
  /** The generation of this end's candidate in use. */
  generation: string;
  connections: number;
  readonly faults: string[];
}

/**
 * For `evaluate` in a page of an SDK site: holds a call in which nothing but a TURN server is used. It is sent to the page
 * as text and must name nothing outside itself.
 */
export async function holdRelayedCall({
  url,
  room,
}: {
  readonly url: string;
  readonly room: string;
}): Promise<void> {
  const { parley } = globalThis as unknown as SdkPage;
  const held: HeldCall = {
    ...{ heldMs: 0, decoded: 0, longestGapMs: 0, iceServers: [], states: {}, generations: [] },
    ...{ pairs: [], generation: '', connections: 0, faults: [] },
  };
  (globalThis as { held?: unknown }).held = held;
  const localStream = await navigator.mediaDevices.getUserMedia({
    audio: true,
    video: { width: 320, height: 240 },
  });
  const signaling = parley.createSignalingClient({ urls: url, room });
  const call = parley.createMeshCall({
    ...{ signaling, localStream },
    configuration: { iceTransportPolicy: 'relay' },
    createPeerConnection(configuration) {
      held.connections += 1;
      const pc = new RTCPeerConnection(configuration);
      (globalThis as { connection?: RTCPeerConnection }).connection = pc;
      pc.addEventListener('icecandidate', ({ candidate }) => {
        const name = candidate?.usernameFragment;
        if (name && !held.generations.includes(name)) held.generations.push(name);
      });
      return pc;
    },
  });
  signaling.on('iceServers', (servers) => held.iceServers.push(servers));
  signaling.on('fault', ({ error }) => held.faults.push(String(error)));
  call.on('fault', ({ error }) => held.faults.push(String(error)));
  call.on('peer', ({ state }) => (held.states[state] = (held.states[state] ?? 0) + 1));
  call.on('track', ({ track }) => {
    const video = document.querySelector('video');
    if (track.kind === 'video' && video) video.srcObject = new MediaStream([track]);
  });

  await signaling.join();
}

/** For `evaluate` in a page that holds a call: watches its pictures and its pair of candidates. It is sent as text as well. */
export function watchRelayedCall(): void {
  const { held } = globalThis as unknown as { held: HeldCall };
  let firstAt = 0;
  let lastAt = 0;
  let counted = 0;
  const look = async (): Promise<void> => {
    const stats: Record<string, unknown>[] = [];
    (await (globalThis as { connection?: RTCPeerConnection }).connection?.getStats())?.forEach((entry) =>
      stats.push(entry as Record<string, unknown>),
    );
    const of = (id: unknown) => stats.find((entry) => entry['id'] === id);
    const chosen = stats.find((entry) => entry['selectedCandidatePairId'])?.['selectedCandidatePairId'];
    const pair = of(chosen) ?? stats.find((entry) => entry['selected']);
    const [local, remote] = [of(pair?.['localCandidateId']), of(pair?.['remoteCandidateId'])];
    if (local && remote) {
      const types = `${local['candidateType'] as string}/${remote['candidateType'] as string}`;
      if (!held.pairs.includes(types)) held.pairs.push(types);
      held.generation = (local['usernameFragment'] as string | undefined) ?? '';
    }
    const inbound = stats.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
    const decoded = inbound.reduce(
      (sum, entry) => sum + ((entry['framesDecoded'] as number | undefined) ?? 0),
      0,
    );
    const now = performance.now();
    if (firstAt === 0 && decoded === 0) return;
    firstAt ||= lastAt ||= now;
    held.heldMs = now - firstAt;
    held.longestGapMs = Math.max(held.longestGapMs, now - lastAt);
    if (decoded > counted) lastAt = now;
    // Firefox begins to count anew at each ICE restart.
    held.decoded += decoded < counted ? decoded : decoded - counted;
    counted = decoded;
  };
  const again = (): void => {
    look()
      .catch((error: unknown) => held.faults.push(String(error)))
      .finally(() => setTimeout(again, 100));
  };
  again();
}
