export { eventually } from './eventually.js';
export { createSeededRandom } from './seeded-random.js';
export type { SeededRandom } from './seeded-random.js';
export { createVirtualClock, VIRTUAL_EPOCH_MS } from './virtual-clock.js';
export type { VirtualClock } from './virtual-clock.js';
