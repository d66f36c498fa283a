export * from './bindings-hash.js';
export * from './codec.js';
export * from './commands.js';
export * from './records.js';
export * from './reduce.js';
export * from './room-key.js';
export * from './room-state.js';
export * from './visible.js';
