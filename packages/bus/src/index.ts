export {
  BundleError,
  bundleSize,
  packBundle,
  RECORD_OVERHEAD,
  splitRecords,
  unpackBundle,
} from './bundle.js';
export type { Bus, BusStatus, Subscription } from './bus.js';
export { BusError } from './bus-error.js';
export type { BusErrorCode } from './bus-error.js';
export { createCanary } from './create-canary.js';
export type { Canary, CanaryOptions } from './create-canary.js';
export { createDirectory } from './create-directory.js';
export type { DirectoryOptions, HearingDirectory } from './create-directory.js';
export { BROADCAST_SUBJECT, createEndpoint } from './create-endpoint.js';
export type { EndpointFault, EndpointOptions } from './create-endpoint.js';
export type { Directory, DirectoryChange, Peer, Role } from './directory.js';
export { RequestError } from './endpoint.js';
export type { Endpoint, EndpointFill, RequestErrorCode, RequestOptions } from './endpoint.js';
export { createFillMeter } from './fill-meter.js';
export type { Fill, FillMeter } from './fill-meter.js';
export { decodeHeartbeat, encodeHeartbeat, HEARTBEAT_PREFIX, isHeartbeat } from './heartbeat.js';
export type { HeartbeatState } from './heartbeat.js';
export { createListeners } from './listeners.js';
export type { Listeners } from './listeners.js';
export { createMemoryBroker } from './memory-bus.js';
export type { MemoryBroker, MemoryBrokerOptions } from './memory-bus.js';
export { ownerOf, rankOwners } from './placement.js';
export type { Timers } from './timers.js';
export { createClusterNode } from './create-cluster-node.js';
export type { ClusterNode, ClusterNodeOptions, HealthyTimers } from './create-cluster-node.js';
export { BUS_SCHEMES, createBus } from './create-bus.js';
