import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import { useText } from '../app/app-context.js';
import type { TextKey } from '../i18n/en.js';
import type { Place } from '../layout/arrange.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { LiveVideo } from '../ui/live-video.js';
import type { Call } from './create-call.js';
import { createStallWatch } from './stall-watch.js';
import { SignalBars } from './signal-bars.js';
import type { Tile } from './tiles.js';

/** What a tile is shown with. */
export interface TileProps {
  readonly tile: Tile;
  readonly place: Place;
  readonly call: Call;
  readonly showConnection: (person: string) => void;
}

/** Somebody, or a screen: the picture or the initials, the name, and everything that is amiss. */
export function TileView({ tile, place, call, showConnection }: TileProps) {
  const t = useText();
  const box = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const { person, kind, track } = tile;
  const mine = person.self;
  // A screen may rightly show nothing new for long.
  const stalled = useStalled(video, mine || kind === 'screen' ? undefined : track);
  const name = nameOf(tile, t);
  useEffect(() => {
    const { x, y, width, height } = place;
    const style = { left: x, top: y, width, height };
    for (const [side, value] of Object.entries(style)) box.current?.style.setProperty(side, `${value}px`);
  }, [place]);
  const status = statusOf(tile, stalled);
  return (
    <article
      ref={box}
      class="tile"
      aria-label={name}
      data-speaking={person.speaking && kind === 'camera'}
      data-floating={place.floating}
      data-small={place.width < 200}
      data-state={status ? status.state : 'fine'}
      data-tile={tile.key}
      data-picture={track !== undefined}
    >
      {kind === 'camera' && <Avatar name={person.name} />}
      {track && (
        <LiveVideo
          video={video}
          track={track}
          label={name}
          mirrored={mine && kind === 'camera'}
          whole={kind === 'screen'}
        />
      )}
      {status && (
        <p class="tile-status" role="status">
          {status.busy && <span class="spinner" />}
          {t(status.key)}
          {status.hint && <small>{t(status.hint)}</small>}
        </p>
      )}
      <Reactions call={call} tile={tile} />
      {person.hand && kind === 'camera' && (
        <span class="tile-hand" role="img" aria-label={t('tile.handUp', { name })}>
          ✋
        </span>
      )}
      <footer class="tile-foot">
        {person.muted && kind === 'camera' && (
          <span class="tile-muted" role="img" aria-label={t('tile.muted', { name })}>
            <Icon name="microphone-off" size={16} />
          </span>
        )}
        <span class="tile-name">{name}</span>
      </footer>
      <TileButtons {...{ tile, call, showConnection }} floating={place.floating} />
    </article>
  );
}

function TileButtons({
  tile,
  call,
  showConnection,
  floating,
}: Omit<TileProps, 'place'> & { floating: boolean }) {
  const t = useText();
  const { person, key } = tile;
  const pinned = call.pinned.value === key;
  const name = nameOf(tile, t);
  const label = pinned ? t('tile.unpin') : t('tile.pin', { name });
  return (
    <div class="tile-buttons">
      {call.tiles.value.length > 1 && !floating && !(person.self && tile.kind === 'camera') && (
        <button
          type="button"
          class="tile-button tile-pin"
          aria-pressed={pinned}
          aria-label={label}
          title={label}
          onClick={() => (call.pinned.value = pinned ? undefined : key)}
        >
          <Icon name="pin" size={18} />
        </button>
      )}
      {!person.self && (
        <button
          type="button"
          class="tile-button"
          aria-label={t('tile.connection', { name, quality: t(`quality.${person.quality}`) })}
          title={t('tile.connection', { name, quality: t(`quality.${person.quality}`) })}
          onClick={() => showConnection(person.id)}
        >
          <SignalBars quality={person.quality} />
        </button>
      )}
    </div>
  );
}

function Reactions({ call, tile }: { readonly call: Call; readonly tile: Tile }) {
  if (tile.kind === 'screen') return null;
  const mine = call.talk.reactions.value.filter(({ from }) => from === tile.person.id);
  return (
    <div class="reactions" aria-hidden="true">
      {mine.map(({ id, emoji }) => (
        <span key={id} class="reaction" data-lane={id % 3}>
          {emoji}
        </span>
      ))}
    </div>
  );
}

interface Status {
  readonly state: 'waiting' | 'lost' | 'stalled';
  readonly key: TextKey;
  readonly hint?: TextKey;
  readonly busy: boolean;
}

/** Never a frozen picture that looks alive: what is amiss is said over it. */
function statusOf({ person: { link } }: Tile, stalled: boolean): Status | undefined {
  switch (link) {
    case 'connecting':
      return { state: 'waiting', key: 'tile.connecting', busy: true };
    case 'reconnecting':
      return { state: 'lost', key: 'tile.reconnecting', busy: true };
    case 'away':
      return { state: 'lost', key: 'tile.away', busy: true };
    case 'failed':
      return { state: 'lost', key: 'tile.failed', hint: 'tile.failedHint', busy: false };
    case 'self':
    case 'connected':
      return stalled ? { state: 'stalled', key: 'tile.stalled', busy: false } : undefined;
  }
}

function nameOf({ person, kind }: Tile, t: ReturnType<typeof useText>): string {
  if (kind === 'camera') return person.self ? t('tile.you') : person.name;
  return person.self ? t('tile.yourScreen') : t('tile.screenOf', { name: person.name });
}

/** Whether the picture of a track has stopped although it should move. */
function useStalled(video: RefObject<HTMLVideoElement | null>, track: MediaStreamTrack | undefined): boolean {
  const stalled = useSignal(false);
  useEffect(() => {
    stalled.value = false;
    if (!track) return undefined;
    const watch = createStallWatch();
    const timer = setInterval(() => {
      const element = video.current;
      if (document.hidden || !element || track.readyState !== 'live') return watch.rest();
      stalled.value = watch.seen(framesOf(element), performance.now());
    }, 500);
    return () => clearInterval(timer);
  }, [track]);
  return stalled.value;
}

function framesOf(video: HTMLVideoElement): number {
  // Missing in old browsers, where the time of the picture tells as much.
  const quality = (video as Partial<HTMLVideoElement>).getVideoPlaybackQuality?.();
  return quality?.totalVideoFrames ?? video.currentTime;
}
