import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import { Icon } from '../ui/icon.js';
import { streamOf } from '../ui/live-video.js';
import type { Call } from './create-call.js';

/** Everybody's sound; and a button to turn it on, where the browser wants a click first. */
export function Sounds({ call }: { readonly call: Call }) {
  const t = useText();
  const blocked = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const play = (): void => {
    blocked.value = false;
    for (const sound of box.current?.querySelectorAll('audio') ?? []) void sound.play();
  };
  return (
    <div ref={box}>
      {call.sounds.value.map(({ from, source, track }) => (
        <Sound key={`${source}:${from}`} track={track} blocked={blocked} />
      ))}
      {blocked.value && (
        <button
          type="button"
          class="sound-button button primary"
          title={t('control.hearHint')}
          onClick={play}
        >
          <Icon name="speaker" />
          {t('control.hearClick')}
        </button>
      )}
    </div>
  );
}

function Sound({ track, blocked }: { readonly track: MediaStreamTrack; readonly blocked: Signal<boolean> }) {
  const { devices } = useApp();
  const audio = useRef<HTMLAudioElement>(null);
  const speaker = devices.speaker.value;
  useEffect(() => {
    const { current } = audio;
    if (!current) return;
    current.srcObject = streamOf(track);
    current.play().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'NotAllowedError') blocked.value = true;
    });
  }, [track]);
  useEffect(() => {
    // A speaker that is gone: the sound stays where it is.
    void audio.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker, track]);
  return <audio ref={audio} autoplay />;
}
