import { GAP, gridOf } from './grid.js';
import type { Rectangle, Size } from './rectangle.js';

/** What is to be placed. */
export interface Scene {
  readonly tiles: readonly { readonly key: string; readonly self: boolean }[];
  /** The tile that everything else makes room for: a shared screen, or one that was pinned. */
  readonly focus?: string | undefined;
}

/** The place of one tile; `floating`: above the others, in a corner. */
export interface Place extends Rectangle {
  readonly key: string;
  readonly floating: boolean;
}

/** Below this width of the stage, the strip beside a focus goes under it. */
const STRIP_BESIDE = 720;

/**
 * Places the tiles of a call: one or a grid; of two, the other one large with oneself in the corner; with a focus, that
 * large and the others in a strip.
 */
export function arrange(stage: Size, { tiles, focus }: Scene): readonly Place[] {
  const focused = tiles.find(({ key }) => key === focus);
  if (focused) return aroundFocus(stage, focused.key, tiles);
  const [first, second] = tiles;
  if (tiles.length === 2 && first && second && first.self !== second.self) {
    const [self, other] = first.self ? [first, second] : [second, first];
    return duo(stage, self.key, other.key);
  }
  return placed(
    tiles.map(({ key }) => key),
    gridOf(stage, tiles.length),
  );
}

function placed(keys: readonly string[], rectangles: readonly Rectangle[]): readonly Place[] {
  return rectangles.map((rectangle, index) => ({ ...rectangle, key: keys[index] ?? '', floating: false }));
}

function duo(stage: Size, self: string, other: string): readonly Place[] {
  const [whole] = gridOf(stage, 1);
  if (!whole) return [];
  const upright = stage.width < stage.height;
  const width = upright ? clamp(stage.width * 0.28, 84, 160) : clamp(stage.width * 0.2, 140, 260);
  const height = upright ? width / 0.75 : width / (16 / 9);
  const x = whole.x + whole.width - width - GAP;
  const y = whole.y + whole.height - height - GAP;
  return [
    { ...whole, key: other, floating: false },
    { x, y, width, height, key: self, floating: true },
  ];
}

function aroundFocus(stage: Size, focus: string, tiles: Scene['tiles']): readonly Place[] {
  const others = tiles.filter(({ key }) => key !== focus).map(({ key }) => key);
  if (others.length === 0) return [{ x: 0, y: 0, ...stage, key: focus, floating: false }];
  const beside = stage.width >= STRIP_BESIDE && stage.width > stage.height;
  const along = beside ? clamp(stage.width * 0.2, 160, 260) : clamp(stage.height * 0.22, 90, 180);
  const strip = beside ? { width: along, height: stage.height } : { width: stage.width, height: along };
  const main = beside
    ? { width: stage.width - along - GAP, height: stage.height }
    : { width: stage.width, height: stage.height - along - GAP };
  const [dx, dy] = beside ? [main.width + GAP, 0] : [0, main.height + GAP];
  const small = gridOf(strip, others.length).map((tile) => ({ ...tile, x: tile.x + dx, y: tile.y + dy }));
  return [{ x: 0, y: 0, ...main, key: focus, floating: false }, ...placed(others, small)];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
