export type { Cancel, Clock } from './ports/clock.js';
export type { Random } from './ports/random.js';
export type { Service } from './ports/service.js';
export type { Fields, Labels, LogLevel, Telemetry } from './ports/telemetry.js';
