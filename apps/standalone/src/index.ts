export { standaloneConfig } from './config.js';
export { createStandalone } from './create-standalone.js';
export type { Standalone, StandaloneDeps } from './create-standalone.js';
