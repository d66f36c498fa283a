export * from './commands.js';
export * from './records.js';
export * from './room-state.js';
