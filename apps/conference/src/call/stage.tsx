import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useText } from '../app/app-context.js';
import { arrange } from '../layout/arrange.js';
import type { Call } from './create-call.js';
import { TileView } from './tile-view.js';
import { focusOf } from './tiles.js';

/** What the stage is shown with. */
export interface StageProps {
  readonly call: Call;
  readonly showConnection: (person: string) => void;
}

/** Everybody, as large as there is room. */
export function Stage({ call, showConnection }: StageProps) {
  const t = useText();
  const stage = useRef<HTMLElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { current } = stage;
    if (!current) return undefined;
    const measure = (): void =>
      void (size.value = { width: current.clientWidth, height: current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, []);
  const tiles = call.tiles.value;
  const places = arrange(size.value, {
    tiles: tiles.map(({ key, person }) => ({ key, self: person.self })),
    focus: focusOf(tiles, call.pinned.value),
  });
  return (
    <section ref={stage} class="stage" aria-label={t('stage.label')}>
      {tiles.map((tile) => {
        const place = places.find(({ key }) => key === tile.key);
        return place && <TileView key={tile.key} {...{ tile, place, call, showConnection }} />;
      })}
    </section>
  );
}
