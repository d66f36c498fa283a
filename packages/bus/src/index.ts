export type { Bus, BusStatus, Subscription } from './bus.js';
export { BusError } from './bus-error.js';
export type { BusErrorCode } from './bus-error.js';
export type { Directory, DirectoryChange, Peer, Role } from './directory.js';
export { RequestError } from './endpoint.js';
export type { Endpoint, RequestErrorCode, RequestOptions } from './endpoint.js';
export type { Timers } from './timers.js';
