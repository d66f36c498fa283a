/**
 * How it stands with one participant, as the network has it: `connecting` for the first time, `connected`,
 * `reconnecting`, or `failed` after 30 s without a connection. The attempts go on behind `failed`, and may succeed.
 */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'failed';
