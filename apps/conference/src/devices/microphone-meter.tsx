import { useEffect, useRef } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import { createLevels } from '../call/levels.js';
import { meterOf } from '../call/speaking.js';

/** Bars that move with the voice. */
export function MicrophoneMeter() {
  const { devices } = useApp();
  const t = useText();
  const meter = useRef<HTMLDivElement>(null);
  const track = devices.microphone.track.value;
  useEffect(() => {
    if (!track) return undefined;
    const levels = createLevels();
    levels.follow(new Map([['', track]]));
    const timer = setInterval(() => {
      const value = meterOf(levels.read().get('') ?? 0);
      meter.current?.style.setProperty('--level', value.toFixed(2));
      meter.current?.setAttribute('aria-valuenow', String(Math.round(value * 100)));
    }, 60);
    return () => {
      clearInterval(timer);
      levels.close();
    };
  }, [track]);
  return (
    <div
      ref={meter}
      class="meter"
      role="meter"
      aria-label={t('lobby.micLevel')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      data-silent={devices.muted.value || !track}
    >
      <span class="meter-level" />
    </div>
  );
}
