import { logWriter } from '@parley/kit';
import type { LogLines } from '@parley/kit';

/** Log lines of the rooms service. Who commits a change writes its line: each is written once in the cluster. */
export const ROOMS_LOGS = {
  'room-created': {
    level: 'info',
    means: 'The first commit of a room that was not stored.',
    fields: ['app', 'room'],
  },
  'room-taken': {
    level: 'info',
    means: 'This replica has loaded the room and owns it from now on; its position and how many it holds.',
    fields: ['app', 'room', 'epoch', 'version', 'members'],
  },
  'room-emptied': { level: 'info', means: 'The last participant has left.', fields: ['app', 'room'] },
  'room-forgotten': {
    level: 'info',
    means: 'This replica does not hold the room any more: it is empty, or another replica’s.',
    fields: ['app', 'room', 'members'],
  },
  'room-forked': {
    level: 'warn',
    means: 'The store has lost writes of the room: gateways and replicas are asked for what they hold.',
    fields: ['app', 'room', 'ownCopies'],
  },
  'room-merged': {
    level: 'warn',
    means: 'What the store had lost is in the room again, as far as anybody knew it.',
    fields: ['app', 'room', 'members'],
  },
  'participant-joined': {
    level: 'info',
    means: 'A new participant, at this gateway, by its connection `n`.',
    fields: ['app', 'room', 'participant', 'gateway', 'n', 'kind'],
  },
  'participant-resumed': {
    level: 'info',
    means: 'It is reached through another connection from now on.',
    fields: ['app', 'room', 'participant', 'gateway', 'n'],
  },
  'participant-away': {
    level: 'info',
    means: 'It has lost its connection `n`, and may come back within the resume window.',
    fields: ['app', 'room', 'participant', 'n'],
  },
  'participant-left': {
    level: 'info',
    means: 'It is over; `reason` as PROTOCOL.md has them: left, expired, replaced, removed, closed.',
    fields: ['app', 'room', 'participant', 'reason'],
  },
  'room-committed': {
    level: 'debug',
    means: 'A commit, with what it changed; `ms`: what the store took.',
    fields: ['app', 'room', 'epoch', 'version', 'changes', 'ms'],
  },
  'store-failed': {
    level: 'warn',
    means: 'The store failed or did not answer, and everybody who waited for the room was refused.',
    fields: ['app', 'room', 'reason'],
  },
  'turn-failed': {
    level: 'error',
    means: 'A fault of this service; everybody who waited was refused. A bug.',
    fields: ['app', 'room', 'reason'],
  },
} as const satisfies LogLines;

/** Writes a line of `ROOMS_LOGS`. */
export const log = logWriter(ROOMS_LOGS);
