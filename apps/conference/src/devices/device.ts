import { batch, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { DeviceKind, MediaPort } from './media-port.js';
import type { MediaProblem } from './media-problem.js';

/** A camera or a microphone, whichever is chosen. */
export interface Device {
  readonly kind: DeviceKind;
  /** Live, as far as the browser has told. */
  readonly track: ReadonlySignal<MediaStreamTrack | undefined>;
  readonly problem: ReadonlySignal<MediaProblem | undefined>;
  /** The device chosen; empty: the browser chooses. */
  readonly chosen: ReadonlySignal<string>;
  readonly busy: ReadonlySignal<boolean>;
  /** Takes what opening it brought. */
  take(opened: MediaStreamTrack | MediaProblem | undefined): void;
  /** Opens the device chosen, or the one given, in the place of what is open. */
  open(id?: string): Promise<void>;
  /** Stops it: its light goes out. */
  close(): void;
  /** It stopped, or may not be used any more, by no wish of the page. */
  lose(problem: MediaProblem): void;
}

/** A device that is closed. `changed` hears when it was opened, and which device it is then. */
export function createDevice(
  kind: DeviceKind,
  media: MediaPort,
  first: string,
  changed: (id: string) => void,
): Device {
  const track = signal<MediaStreamTrack | undefined>(undefined);
  const problem = signal<MediaProblem | undefined>(undefined);
  const chosen = signal(first);
  const busy = signal(false);
  // Openings that were overtaken by a later one, or by a close, are given back.
  let turn = 0;
  const close = (): void => {
    turn += 1;
    track.peek()?.stop();
    track.value = undefined;
    busy.value = false;
  };
  const lose = (why: MediaProblem): void =>
    batch(() => {
      close();
      problem.value = why;
    });
  const take = (opened: MediaStreamTrack | MediaProblem | undefined): void =>
    batch(() => {
      if (typeof opened !== 'object') {
        if (opened !== undefined) lose(opened);
        return;
      }
      problem.value = undefined;
      track.value = opened;
      opened.addEventListener('ended', () => track.peek() === opened && lose('lost'));
      changed(opened.getSettings().deviceId ?? '');
    });
  const open = async (id = chosen.peek()): Promise<void> => {
    const mine = (turn += 1);
    busy.value = true;
    chosen.value = id;
    // Phones, and Firefox for microphones, give one device at a time; the track stays in its place until the next is there.
    track.peek()?.stop();
    const wanted = await media.open({ [kind]: id });
    // A device that was remembered may not be there any more.
    const opened =
      wanted[kind] === 'missing' && id !== '' ? (await media.open({ [kind]: '' }))[kind] : wanted[kind];
    if (mine !== turn) return typeof opened === 'object' ? opened.stop() : undefined;
    busy.value = false;
    take(opened);
  };
  return { kind, track, problem, chosen, busy, take, open, close, lose };
}
