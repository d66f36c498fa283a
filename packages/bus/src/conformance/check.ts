import { BusError } from '../bus-error.js';
import type { Bus } from '../bus.js';
import { ConformanceError } from './bus-harness.js';
import type { BusHarness } from './bus-harness.js';

/** Throws a ConformanceError unless it holds. */
export function check(holds: boolean, seen: string): asserts holds {
  if (!holds) throw new ConformanceError(seen);
}

/** Throws unless both lists hold the same in the same order. */
export function checkSame(seen: readonly unknown[], wanted: readonly unknown[], what: string): void {
  const at = wanted.findIndex((value, index) => value !== seen[index]);
  check(at === -1, `${what}: item ${at} is ${String(seen[at])} in place of ${String(wanted[at])}`);
  check(seen.length === wanted.length, `${what}: ${seen.length} items in place of ${wanted.length}`);
}

/** Waits until it holds, or throws after 100 settlings. */
export async function eventually(
  harness: BusHarness,
  holds: () => boolean,
  what: () => string,
): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    if (holds()) return;
    await harness.settle();
  }
  check(holds(), what());
}

/** The outcome of work that may need the harness to let time pass; throws a ConformanceError if it never settles. */
export async function settled<T>(harness: BusHarness, work: Promise<T>, what: string): Promise<T> {
  let done = false;
  const noted = work.finally(() => (done = true));
  noted.catch(() => undefined);
  await eventually(
    harness,
    () => done,
    () => `${what} never settled`,
  );
  return noted;
}

/** Long enough for what must not come to have come. */
export async function quiet(harness: BusHarness): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await harness.settle();
}

/** Runs a case on fresh clients, and closes them whatever happens. */
export async function withBuses(
  harness: BusHarness,
  count: number,
  run: (...buses: readonly Bus[]) => Promise<void>,
): Promise<void> {
  const buses: Bus[] = [];
  try {
    for (let i = 0; i < count; i++) buses.push(await harness.connect());
    await run(...buses);
  } finally {
    for (const bus of buses) await bus.close().catch(() => undefined);
  }
}

/** The bus at this place; there are as many as were asked of `withBuses`. */
export function at(buses: readonly Bus[], index: number): Bus {
  const bus = buses[index];
  check(bus !== undefined, `no client ${index}`);
  return bus;
}

/** Subscribes and gathers what arrives, as text. */
export async function gather(bus: Bus, subject: string): Promise<string[]> {
  const seen: string[] = [];
  await bus.subscribe(subject, (payload) => void seen.push(readText(payload)));
  return seen;
}

/** Text as a payload. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A payload as text. */
export function readText(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

/** Throws unless the promise rejects with this BusError. */
export async function checkRejects(
  work: Promise<unknown>,
  code: BusError['code'],
  what: string,
): Promise<void> {
  const outcome: unknown = await work.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
  check(
    outcome instanceof BusError && outcome.code === code,
    `${what}: ${String(outcome)} in place of ${code}`,
  );
}

/** The numbers from 0 up to and without `count`, as text. */
export function numbers(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
