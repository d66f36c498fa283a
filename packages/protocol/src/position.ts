/** Where a room is in its history: (epoch, version). Never reused; compared lexicographically. */
export type Position = readonly [epoch: number, version: number];

/** The position before everything. */
export const ORIGIN: Position = [0, 0];

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Whether both are the same position. */
export function samePosition(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
