import type { LinkHeader } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { createLink } from '../../src/index.js';
import type { Link, LinkMessage } from '../../src/index.js';

export interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  readonly maxDelayMs: number;
}

export interface End {
  readonly link: Link;
  readonly got: string[];
  /** Frames that it sent, with their time. */
  readonly frames: {
    readonly header: LinkHeader;
    readonly at: number;
    readonly payload: string | undefined;
  }[];
  readonly faults: unknown[];
  /** Called with each message before it counts as delivered. */
  onMessage: (message: LinkMessage) => void;
  resets: number;
  stalls: number;
}

/** A network that loses nothing and is quick. */
export const QUICK: Faults = { loss: 0, duplicate: 0, maxDelayMs: 0 };

/** Two ends over a network that loses, duplicates and reorders. */
export function connect(clock: VirtualClock, random: SeededRandom, faults: () => Faults): [End, End] {
  const ends: End[] = [];
  const make = (index: number): End => {
    let cancel = (): void => undefined;
    const end: End = {
      ...{ got: [], frames: [], faults: [], resets: 0, stalls: 0, onMessage: () => undefined },
      link: createLink({
        now: clock.now,
        random: random.fraction,
        transmit(header, message) {
          end.frames.push({ header, at: clock.now(), payload: message?.payload });
          const { loss, duplicate, maxDelayMs } = faults();
          const copies = random.chance(loss) ? 0 : random.chance(duplicate) ? 2 : 1;
          for (let i = 0; i < copies; i += 1) {
            clock.after(random.below(maxDelayMs + 1), () => ends[1 - index]!.link.receive(header, message));
          }
        },
        deliver(message) {
          end.got.push(message.payload);
          end.onMessage(message);
        },
        reset() {
          end.resets += 1;
          end.got.length = 0;
        },
        fault: (error) => end.faults.push(error),
        stalled: () => (end.stalls += 1),
        wakeAt(time) {
          cancel();
          cancel =
            time === undefined ? () => undefined : clock.after(time - clock.now(), () => end.link.wake());
        },
      }),
    };
    return end;
  };
  ends.push(make(0), make(1));
  return ends as [End, End];
}
