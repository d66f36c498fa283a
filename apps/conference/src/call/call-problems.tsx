import { effect, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app/app-context.js';
import { DeviceProblems } from '../devices/device-problems.js';
import type { DeviceKind } from '../devices/media-port.js';

const KINDS: readonly DeviceKind[] = ['camera', 'microphone'];

/** What happens to camera and microphone in mid-call. What was known in the lobby is told again only when it is tried again. */
export function CallProblems() {
  const { devices } = useApp();
  const seen = useSignal<ReadonlySet<DeviceKind>>(
    new Set(KINDS.filter((kind) => devices[kind].problem.peek() !== undefined)),
  );
  useEffect(() => {
    const forget = (): void => {
      const tried = KINDS.filter((kind) => devices[kind].busy.value);
      if (tried.length > 0) seen.value = new Set([...seen.peek()].filter((kind) => !tried.includes(kind)));
    };
    // At once, not after the next paint: a refusal may come sooner.
    return effect(forget);
  }, [devices]);
  return (
    <div class="call-problems">
      <DeviceProblems
        seen={seen.value}
        dismiss={(kinds) => (seen.value = new Set([...seen.peek(), ...kinds]))}
      />
    </div>
  );
}
