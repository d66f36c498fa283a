import type { Bus } from '@parley/bus';
import type { Clock } from '@parley/kit';

/** Takes one line of a run's log. */
export type Trace = (line: string) => void;

const decoder = new TextDecoder();

/** The bus of one process, with a line for each record of rooms that it publishes; signals and heartbeats left out. */
export function traced(bus: Bus, process: string, { clock, trace }: { clock: Clock; trace: Trace }): Bus {
  return {
    ...bus,
    publish: (subject, payload) => {
      // Bundles are binary, their records are JSON: for reading, what looks like a record is enough.
      for (const [record] of decoder.decode(payload).matchAll(/\{"type":"(?!signal|nack)[^\n]*/g)) {
        trace(`${clock.now()} ${process} -> ${subject.slice(0, 8)} ${shortened(record)}`);
      }
      return bus.publish(subject, payload);
    },
  };
}

function shortened(record: string): string {
  const quiet = /"(keyHash|kind|sub|app)":"[^"]*",?|"(caps|cmdAt)":\[[^\]]*\],?|"attributes":\{\},?/g;
  return record.replace(quiet, '').slice(0, 1_000);
}
