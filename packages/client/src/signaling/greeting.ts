import { writeFrame } from './frame.js';
import type { Line, Session } from './session.js';
import { write } from './transmit.js';

/** Ids of the first two requests of a connection; others have greater ones. */
const HELLO_ID = 1;
/** See HELLO_ID. */
export const JOIN_ID = 2;

const FEATURES = ['link1'];

/** Says hello and joins, in one flight. */
export function greet(session: Session, line: Line): void {
  const { room, name, attributes, key, replaces, membership } = session;
  const { n, token } = line;
  // Where another key was is of no use to this one.
  const at = session.joined === key ? membership.roster?.at : undefined;
  const join = { type: 'join', id: JOIN_ID, room, key, n, at, name, attributes, caps: FEATURES, replaces };
  write(session, line, writeFrame({ type: 'hello', id: HELLO_ID, token, features: FEATURES }));
  write(session, line, writeFrame(join));
}
