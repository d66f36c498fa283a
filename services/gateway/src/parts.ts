import type { Clock, Random, Telemetry, TokenVerifier, Tracer } from '@parley/kit';
import type { Admission } from './admission/admission.js';
import type { GatewayConfig } from './config.js';
import type { ConnectionRules } from './connection/connection.js';
import type { FlightRecorder } from './flight/flight-recorder.js';
import type { IceServerSource } from './ice/ice-servers.js';
import type { LiveConnections } from './live-connections.js';
import type { Relay } from './relay/relay.js';
import type { RoomCopies } from './rooms/room-copies.js';

/** What every connection of one gateway works with. */
export interface GatewayParts {
  /** The gateway's id, as members are bound to it. */
  readonly self: string;
  readonly config: GatewayConfig;
  readonly rules: ConnectionRules;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** Undefined: nothing is traced. */
  readonly tracer: Tracer | undefined;
  readonly tokens: TokenVerifier;
  /** SHA-256 in base64url: keys of clients go nowhere but through it. */
  readonly hash: (text: string) => string;
  readonly copies: RoomCopies;
  readonly relay: Relay;
  readonly recorder: FlightRecorder;
  readonly iceServers: IceServerSource;
  readonly admission: Admission;
  readonly connections: LiveConnections;
}
