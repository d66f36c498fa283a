/** Input number `index` of `seed`, at most a few KiB. */
export function hostileFrame(seed: number, index: number): Uint8Array;
