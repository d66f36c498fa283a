import type { Rectangle, Size } from './rectangle.js';

/** Between tiles, in CSS pixels. */
export const GAP = 12;
/** Width by height that a tile may have: upright on an upright screen, else that of an old camera, to that of a wide one. */
const UPRIGHT = 3 / 4;
const NARROWEST = 4 / 3;
const WIDEST = 16 / 9;

/**
 * Places `count` tiles of one size in an area: as many columns as make them largest, rows filled from the top, a last row
 * that is not full centred. All tiles lie within the area and none overlaps another.
 */
export function gridOf(area: Size, count: number): readonly Rectangle[] {
  if (count <= 0) return [];
  const columns = bestColumns(area, count);
  const rows = Math.ceil(count / columns);
  const { width, height } = tileIn(area, columns, rows);
  const top = (area.height - rows * height - (rows - 1) * GAP) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (area.width - inRow * width - (inRow - 1) * GAP) / 2;
    return { x: left + (index % columns) * (width + GAP), y: top + row * (height + GAP), width, height };
  });
}

function bestColumns(area: Size, count: number): number {
  let best = 1;
  let bestArea = -1;
  for (let columns = 1; columns <= count; columns++) {
    const { width, height } = tileIn(area, columns, Math.ceil(count / columns));
    // Not for the rounding of a pixel: fewer columns, and so fuller rows, are calmer.
    if (width * height > bestArea * 1.001) [best, bestArea] = [columns, width * height];
  }
  return best;
}

function tileIn(area: Size, columns: number, rows: number): Size {
  const width = Math.max(0, (area.width - (columns - 1) * GAP) / columns);
  const height = Math.max(0, (area.height - (rows - 1) * GAP) / rows);
  const narrowest = area.width < area.height ? UPRIGHT : NARROWEST;
  return { width: Math.min(width, height * WIDEST), height: Math.min(height, width / narrowest) };
}
