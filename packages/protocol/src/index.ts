export * from './close-codes.js';
export * from './entities.js';
export * from './errors.js';
export * from './limits.js';
export * from './messages.js';
export * from './position.js';
