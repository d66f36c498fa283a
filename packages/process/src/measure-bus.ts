import { BusError } from '@parley/bus';
import type { Bus } from '@parley/bus';
import type { Clock, Telemetry } from '@parley/kit';

/** The same bus, with what goes over it put into metrics. */
export function measureBus(
  bus: Bus,
  { clock, telemetry }: { readonly clock: Pick<Clock, 'now'>; readonly telemetry: Telemetry },
): Bus {
  const carried = (direction: 'in' | 'out', bytes: number): void => {
    telemetry.count('parley_bus_messages_total', { direction });
    telemetry.count('parley_bus_bytes_total', { direction }, bytes);
  };
  const failed =
    (operation: 'publish' | 'subscribe') =>
    (error: unknown): never => {
      const reason = error instanceof BusError ? error.code : 'disconnected';
      telemetry.count('parley_bus_failures_total', { operation, reason });
      throw error;
    };
  return {
    ...bus,
    publish: async (subject, payload) => {
      const [startedAt, bytes] = [clock.now(), payload.length];
      const receivers = await bus.publish(subject, payload).catch(failed('publish'));
      telemetry.observe('parley_bus_publish_seconds', (clock.now() - startedAt) / 1_000);
      carried('out', bytes);
      return receivers;
    },
    subscribe: (subject, receive) =>
      bus
        .subscribe(subject, (payload) => {
          carried('in', payload.length);
          receive(payload);
        })
        .catch(failed('subscribe')),
  };
}
