import type { Socket } from 'node:net';
import type { Clock } from '@parley/kit';
import { flowFaults } from './faults.js';
import type { Direction, Faults } from './faults.js';
import { createFlow } from './flow.js';
import type { Flow } from './flow.js';
import { resetSocket } from './reset-socket.js';

/** The two ends of a connection through the proxy. */
export type Side = 'client' | 'server';

/** One connection through the proxy. */
export interface ProxiedConnection {
  /** The faults from now on. One that has lost something for good, and would carry again, is reset: TCP has no gaps. */
  set(faults: Faults): void;
  /** Both ends get a RST at once. */
  reset(): void;
  /** That end gets a RST, the other one hears nothing: neither of it, nor of what it sends itself. */
  sever(side: Side): void;
}

/** What a connection is made of. */
export interface ProxiedConnectionDeps {
  readonly clock: Clock;
  /** Paused: nothing of it was read. */
  readonly client: Socket;
  /** Begins a connection to the server, with which half-open is allowed. */
  connect(): Socket;
  counted(what: 'carried' | 'swallowed', direction: Direction, bytes: number): void;
  /** It was reset by us, or by an end. */
  cut(): void;
  /** Both ends are closed. */
  over(): void;
}

interface State extends ProxiedConnectionDeps {
  faults: Faults;
  server: Socket | undefined;
  flows: ReadonlyMap<Direction, Flow>;
  open: number;
  /** An end is gone without the other one having heard of it. */
  severed: boolean;
  wasCut: boolean;
}

/** Takes a client's connection over and makes one to the server, as soon as the faults allow that. */
export function createProxiedConnection(deps: ProxiedConnectionDeps, faults: Faults): ProxiedConnection {
  const state: State = {
    ...deps,
    ...{ faults, server: undefined, flows: new Map(), open: 0, severed: false, wasCut: false },
  };
  watch(state, 'client', deps.client);
  connect(state);
  return {
    set: (given) => change(state, given),
    reset: () => reset(state),
    sever(side) {
      if (side === 'server' && !state.server) return;
      state.severed = true;
      for (const flow of state.flows.values()) flow.stop();
      const socket = side === 'client' ? state.client : state.server;
      if (socket) resetSocket(socket);
    },
  };
}

function connect(state: State): void {
  const { client, faults } = state;
  if (state.server || faults.blackhole || client.destroyed) return;
  const server = (state.server = state.connect());
  watch(state, 'server', server);
  const flow = (direction: Direction, from: Socket, to: Socket): Flow =>
    createFlow(
      {
        clock: state.clock,
        from,
        to,
        counted: (what, bytes) => state.counted(what, direction, bytes),
        cut: () => reset(state),
      },
      flowFaults(faults, direction),
    );
  state.flows = new Map([
    ['toServer', flow('toServer', client, server)],
    ['toClient', flow('toClient', server, client)],
  ]);
}

function watch(state: State, side: Side, socket: Socket): void {
  state.open += 1;
  socket.on('error', () => failed(state, side));
  socket.on('close', () => {
    state.open -= 1;
    if (state.open === 0) state.over();
  });
}

/** An end is gone, other than by its end. The other one hears of it, unless nothing goes that way. */
function failed(state: State, side: Side): void {
  const direction = side === 'client' ? 'toServer' : 'toClient';
  if (state.severed || state.faults.blackhole || state.faults.swallow === direction) {
    state.severed = true;
    return;
  }
  reset(state);
}

function change(state: State, faults: Faults): void {
  state.faults = faults;
  const lost = [...state.flows].some(([direction, { gap }]) => gap && faults.swallow !== direction);
  if ((state.severed || lost) && !faults.blackhole) return reset(state);
  for (const [direction, flow] of state.flows) flow.set(flowFaults(faults, direction));
  connect(state);
}

function reset(state: State): void {
  if (!state.wasCut) state.cut();
  state.wasCut = true;
  for (const flow of state.flows.values()) flow.stop();
  resetSocket(state.client);
  if (state.server) resetSocket(state.server);
}
