export * from './client-headers.js';
export * from './exactly.js';
export * from './fields.js';
export * from './parse-client-header.js';
export * from './payloads.js';
export * from './server-headers.js';
