import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrange } from '../src/layout/arrange.js';
import type { Place } from '../src/layout/arrange.js';
import { gridOf } from '../src/layout/grid.js';
import type { Rectangle, Size } from '../src/layout/rectangle.js';

const size = fc.record({
  width: fc.integer({ min: 280, max: 3840 }),
  height: fc.integer({ min: 280, max: 2160 }),
});
const count = fc.integer({ min: 1, max: 9 });

function inside(area: Size, { x, y, width, height }: Rectangle): boolean {
  const slack = 0.01;
  return x >= -slack && y >= -slack && x + width <= area.width + slack && y + height <= area.height + slack;
}

function apart(a: Rectangle, b: Rectangle): boolean {
  const slack = 0.01;
  return (
    a.x + a.width <= b.x + slack ||
    b.x + b.width <= a.x + slack ||
    a.y + a.height <= b.y + slack ||
    b.y + b.height <= a.y + slack
  );
}

function wellPlaced(area: Size, places: readonly Rectangle[]): void {
  for (const place of places) expect(inside(area, place), JSON.stringify({ area, place })).toBe(true);
  for (const [index, one] of places.entries())
    for (const other of places.slice(index + 1)) expect(apart(one, other)).toBe(true);
}

const scene = (people: number) => ({
  tiles: Array.from({ length: people }, (_, index) => ({ key: `p${index}`, self: index === people - 1 })),
});
const ground = (places: readonly Place[]): readonly Place[] => places.filter(({ floating }) => !floating);

test('a grid of 1 to 9 lies within any stage, and no tile over another', () => {
  fc.assert(
    fc.property(size, count, (area, tiles) => {
      const places = gridOf(area, tiles);
      expect(places).toHaveLength(tiles);
      wellPlaced(area, places);
    }),
  );
});

test('all tiles of a grid have one size, and a shape that a face fits into', () => {
  fc.assert(
    fc.property(size, count, (area, tiles) => {
      const [first, ...others] = gridOf(area, tiles);
      const shape = first!.width / first!.height;
      expect(shape).toBeGreaterThan(0.74);
      expect(shape).toBeLessThan(1.79);
      for (const { width, height } of others) expect([width, height]).toEqual([first!.width, first!.height]);
    }),
  );
});

test.each([
  ['a wide screen', { width: 1280, height: 640 }, [1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ['a phone', { width: 374, height: 760 }, [1, 1, 1, 1, 2, 2, 2, 2, 2]],
])('%s has as many columns as suit it', (_, area, columns) => {
  const found = columns.map((__, index) => {
    const places = gridOf(area, index + 1);
    return places.filter(({ y }) => y === places[0]!.y).length;
  });
  expect(found).toEqual(columns);
});

test('nine people use more than half of a usual stage', () => {
  for (const area of [
    { width: 1248, height: 680 },
    { width: 374, height: 750 },
    { width: 1600, height: 900 },
  ]) {
    const used = gridOf(area, 9).reduce((sum, { width, height }) => sum + width * height, 0);
    expect(used / (area.width * area.height)).toBeGreaterThan(0.5);
  }
});

test('of two, the other one is large and oneself in a corner of it', () => {
  fc.assert(
    fc.property(size, (area) => {
      const [other, self] = arrange(area, scene(2));
      expect([other!.key, other!.floating, self!.key, self!.floating]).toEqual(['p0', false, 'p1', true]);
      expect(inside(other!, { ...self!, x: self!.x - other!.x, y: self!.y - other!.y })).toBe(true);
      expect(self!.width * self!.height).toBeLessThan((other!.width * other!.height) / 3);
    }),
  );
});

test('with a focus everybody keeps a place beside it, and it has the most room', () => {
  fc.assert(
    fc.property(size, fc.integer({ min: 2, max: 10 }), (area, tiles) => {
      const places = arrange(area, { ...scene(tiles), focus: 'p1' });
      expect(places.map(({ key }) => key).sort()).toEqual(
        scene(tiles)
          .tiles.map(({ key }) => key)
          .sort(),
      );
      wellPlaced(area, ground(places));
      const [first, ...others] = places;
      expect(first!.key).toBe('p1');
      for (const one of others)
        expect(one.width * one.height).toBeLessThanOrEqual(first!.width * first!.height);
    }),
  );
});

test('a focus that is gone is none', () => {
  const area = { width: 900, height: 600 };
  expect(arrange(area, { ...scene(4), focus: 'gone' })).toEqual(arrange(area, scene(4)));
});
