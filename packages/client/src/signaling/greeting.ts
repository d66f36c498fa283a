import { encodeTextFrame } from '@parley/protocol';
import type { Hello, Join } from '@parley/protocol';
import type { Line, Session } from './session.js';
import { write } from './transmit.js';

/** Ids of the first two requests of a connection; others have greater ones. */
export const HELLO_ID = 1;
/** See HELLO_ID. */
export const JOIN_ID = 2;

/** Says hello and joins, in one flight. */
export function greet(session: Session, n: number, line: Line): void {
  const { token } = line;
  const hello: Hello = {
    type: 'hello',
    id: HELLO_ID,
    ...(token !== undefined && { token }),
    features: ['link1'],
  };
  write(session, line, encodeTextFrame(hello));
  write(session, line, encodeTextFrame(joinHeader(session, n)));
}

function joinHeader({ settings, key, joinedKey, membership, replaces }: Session, n: number): Join {
  const { room, name, attributes } = settings;
  const at = joinedKey === key ? membership.roster?.at : undefined;
  return {
    ...{ type: 'join', id: JOIN_ID, room, key, n, caps: ['link1'] },
    ...(at && { at }),
    ...(name !== undefined && { name }),
    ...(attributes && { attributes }),
    ...(replaces !== undefined && { replaces }),
  };
}
