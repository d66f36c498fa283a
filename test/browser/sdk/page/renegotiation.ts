import type { MeshCall } from '@parley/client';
import type { CallPage } from '../call-page.js';
import type { Journal } from './journal.js';

/** So long, in ms, a round may take. */
const MOST_MS = 10_000;

/** What a round of renegotiation is made of. */
export interface RenegotiationDeps {
  readonly call: MeshCall;
  readonly connections: readonly RTCPeerConnection[];
  readonly journal: Journal;
  readonly drawing: MediaStreamTrack;
}

/** Rounds in which a drawing comes or goes. */
export function createRenegotiation(deps: RenegotiationDeps): Pick<CallPage, 'renegotiate'> {
  const { call, connections, journal, drawing } = deps;
  const tracksOf = (name: string) => call.remoteTracks.filter(({ from }) => journal.nameOf(from) === name);
  return {
    async renegotiate(name, on) {
      const others = tracksOf(name).filter(({ source }) => source !== 'drawing');
      const isLost = (): boolean => {
        const now = new Set(tracksOf(name).map(({ track }) => track));
        return others.some(({ track }) => !now.has(track) || track.readyState !== 'live');
      };
      const isDone = (): boolean =>
        tracksOf(name).some(({ source }) => source === 'drawing') === on &&
        connections.every(({ signalingState }) => signalingState === 'stable');
      if (on) call.addTrack(drawing, { source: 'drawing' });
      else call.removeTrack(drawing);
      await until(() => isLost() || isDone());
      if (isLost()) throw new Error(`a track of ${name} is lost`);
    },
  };
}

/** Looks every few milliseconds, as far as the browser lets it. */
function until(check: () => boolean): Promise<void> {
  const deadline = performance.now() + MOST_MS;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (check()) return resolve();
      if (performance.now() > deadline) return reject(new Error('stuck'));
      setTimeout(look, 5);
    };
    look();
  });
}
