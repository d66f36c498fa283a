import type { Bus, BusStatus } from '@parley/bus';

/** Which processes the bus is silent to. */
export interface CutOff {
  /** The bus of a process that can be cut off. */
  wire(bus: Bus, process: string): Bus;
  /** From now on the process hears nothing, and nobody hears it; nothing fails, as with a link that swallows. */
  begin(process: string): void;
  /** The link is made anew: what was said meanwhile is lost, and the process is told so. */
  end(process: string): void;
}

/** Nobody is cut off. */
export function createCutOff(): CutOff {
  const out = new Set<string>();
  const listeners = new Map<string, Set<(status: BusStatus) => void>>();
  return {
    wire(bus, process) {
      const own = new Set<(status: BusStatus) => void>();
      listeners.set(process, own);
      return {
        ...bus,
        publish: (subject, payload) =>
          out.has(process) ? Promise.resolve(undefined) : bus.publish(subject, payload),
        subscribe: (subject, receive) =>
          bus.subscribe(subject, (payload) => {
            if (!out.has(process)) receive(payload);
          }),
        onStatus(listener) {
          own.add(listener);
          const end = bus.onStatus(listener);
          return () => {
            own.delete(listener);
            end();
          };
        },
      };
    },
    begin: (process) => void out.add(process),
    end(process) {
      out.delete(process);
      for (const listener of listeners.get(process) ?? []) listener({ kind: 'reset' });
    },
  };
}
