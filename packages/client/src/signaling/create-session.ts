import type { ClientHeader } from '@parley/protocol';
import { createTimer } from '../timer.js';
import { createCommands } from './commands.js';
import { createDispatch } from './dispatch.js';
import { createEmitter } from '../emitter.js';
import type { Emitter } from '../emitter.js';
import { createHeartbeat } from './heartbeat.js';
import { createLinks } from './links.js';
import { idleConnection } from './machine/connection.js';
import { createMembership } from './membership.js';
import { createPacer } from './pacer.js';
import { refresh } from './perform.js';
import { randomKey } from './random-key.js';
import type { Parts, Session, Settings } from './session.js';
import type { SignalingEvents } from './signaling-client.js';
import { tellRoster } from './tell-roster.js';
import { createTokens } from './tokens.js';
import { request, signal } from './transmit.js';

/** A session that has not been started. */
export function createSession(settings: Settings): Session {
  const { random, urls } = settings;
  let ids = 2;
  const emitter = createEmitter<SignalingEvents>();
  const session: Session = {
    ...settings,
    ...createParts(() => session, settings, emitter),
    ...emitter,
    connection: idleConnection(Math.floor(random.fraction() * urls.length), urls.length),
    dispatch: createDispatch(() => session),
    nextId: () => (ids += 1),
    lines: new Map(),
    key: randomKey(random),
    iceServers: [],
  };
  return session;
}

function createParts(
  at: () => Session,
  { clock, random, page, token }: Settings,
  { emit, fault }: Emitter<SignalingEvents>,
): Parts {
  const dead = (): void => {
    const { live, dispatch } = at();
    if (live) dispatch({ event: 'closed', n: live.n, code: 1006 });
  };
  const ask = (header: ClientHeader, payload?: string): void => request(at(), header, payload);
  return {
    tokens: createTokens(clock, token, (newer) => refresh(at(), newer), fault),
    timer: createTimer(clock),
    pacer: createPacer(clock),
    heartbeat: createHeartbeat(clock, page.visible, () => ask({ type: 'ping' }), dead),
    commands: createCommands(clock, () => at().nextId(), ask),
    links: createLinks({
      ...{ clock, random, fault },
      transmit: (to, link, message) => signal(at(), to, link, message),
      deliver: (from, message) => emit('signal', { from, message }),
      tell: (event, peer) => emit(event, { peer }),
    }),
    membership: createMembership((...told) => tellRoster(at(), ...told)),
  };
}
