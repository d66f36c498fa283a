import { createCommands } from './commands.js';
import { createDispatch } from './dispatch.js';
import { createEmitter } from './emitter.js';
import type { Emitter } from './emitter.js';
import { createHeartbeat } from './heartbeat.js';
import { createLinks } from './links.js';
import { idleConnection } from './machine/connection.js';
import { createMembership } from './membership.js';
import type { SignalingOptions } from './options.js';
import { createPacer } from './pacer.js';
import { refresh } from './perform.js';
import { randomKey } from './random-key.js';
import type { Parts, Session, Settings } from './session.js';
import type { SignalingEvents } from './signaling-client.js';
import { tellRoster } from './tell-roster.js';
import { createTokens } from './tokens.js';
import { request, signal } from './transmit.js';

/** A session that has not been started. */
export function createSession(settings: Settings, options: SignalingOptions): Session {
  const { random, urls } = settings;
  let ids = 2;
  const emitter = createEmitter<SignalingEvents>((error) => fault(error));
  const fault = faultTeller(emitter);
  const session: Session = {
    ...createParts(() => session, settings, { fault, token: options.token }),
    ...{ settings, emitter, fault },
    connection: idleConnection(Math.floor(random.fraction() * urls.length), urls.length),
    dispatch: createDispatch(() => session),
    nextId: () => (ids += 1),
    lines: new Map(),
    key: randomKey(random),
    replaces: options.replaces,
    iceServers: [],
  };
  return session;
}

/** Tells of faults; those of listeners to faults have nobody to go to. */
function faultTeller(emitter: Emitter<SignalingEvents>): (error: unknown) => void {
  let telling = false;
  return (error) => {
    if (telling) return;
    telling = true;
    emitter.emit('fault', { error });
    telling = false;
  };
}

interface Needed {
  readonly token: SignalingOptions['token'];
  fault(error: unknown): void;
}

function createParts(at: () => Session, settings: Settings, { fault, token }: Needed): Parts {
  const { clock, random, page } = settings;
  const live = (run: (n: number) => void): void => {
    const { live: n } = at();
    if (n !== undefined) run(n);
  };
  return {
    tokens: createTokens({
      ...{ clock, fault, source: token },
      renewed: (newer) => live(() => refresh(at(), newer)),
    }),
    pacer: createPacer(clock),
    heartbeat: createHeartbeat({
      ...{ clock, visible: page.visible },
      ping: () => request(at(), { type: 'ping' }),
      dead: () => live((n) => at().dispatch({ event: 'closed', n, code: 1006 })),
    }),
    commands: createCommands({
      ...{ clock, nextId: () => at().nextId() },
      send: (header, payload) => request(at(), header, payload),
    }),
    links: createLinks({
      ...{ clock, random, fault },
      transmit: (to, link, message) => signal(at(), to, link, message),
      deliver: (from, message) => at().emitter.emit('signal', { from, message }),
      tell: (event, peer) => at().emitter.emit(event, { peer }),
    }),
    membership: createMembership((...told) => tellRoster(at(), ...told)),
  };
}
