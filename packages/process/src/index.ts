export { BUS_METRICS } from './bus-metrics.js';
export { busFields } from './bus-fields.js';
export { composeProcess } from './compose-process.js';
export type { ClusterConfig, ProcessOptions, Surroundings } from './compose-process.js';
export { createMember } from './create-member.js';
export type { Member, MemberOptions, MemberService } from './create-member.js';
export { measureBus } from './measure-bus.js';
export { OUTSIDE_METRICS, watchOutside } from './watch-outside.js';
export type { OutsideWatchOptions } from './watch-outside.js';
