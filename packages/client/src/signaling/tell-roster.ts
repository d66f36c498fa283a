import type { Change, LeftReason, Roster } from '@parley/protocol';
import type { Session } from './session.js';

/** The roster has changed: the links hear of it first, then the application, each change by itself, then all of them. */
export function tellRoster(
  session: Session,
  before: Roster | undefined,
  roster: Roster,
  changes: readonly Change[],
): void {
  for (const change of changes) session.links.changed(change);
  let expelled: LeftReason | undefined;
  for (const change of changes) {
    if (change.what === 'left' && change.participant === session.id) expelled = change.reason;
    else tell(session, before, change);
  }
  session.emit('roster', { roster, changes });
  if (expelled) session.dispatch({ event: 'expelled', reason: expelled });
}

function tell({ id, formerId, emit }: Session, before: Roster | undefined, change: Change): void {
  if (change.what === 'joined' && change.participant.id !== id) {
    emit('joined', { participant: change.participant, replaces: change.replaces });
  } else if (change.what === 'left' && change.participant !== formerId) {
    const participant = before?.participants.get(change.participant);
    if (participant) emit('left', { participant, reason: change.reason });
  } else if (change.what === 'message') {
    emit('message', { from: change.from, data: change.data });
  }
}
