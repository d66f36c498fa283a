import { mutedSources } from '@parley/client';
import type { Participant, PeerState, Roster, StatsDigest } from '@parley/client';
import { qualityOf } from './quality.js';
import type { Quality } from './quality.js';

/** Somebody in the call, as the page shows them. */
export interface Person {
  readonly id: string;
  /** Stays when the id changes: the server has lost its memory, and the connection has gone on. */
  readonly firstId: string;
  readonly name: string;
  readonly self: boolean;
  readonly muted: boolean;
  readonly hand: boolean;
  readonly speaking: boolean;
  readonly link: LinkState;
  readonly quality: Quality;
}

/** How it stands with the connection to somebody; `away`: the server has lost them for now. */
export type LinkState = 'self' | 'away' | PeerState;

/** What is known of the people in a room. */
export interface Known {
  readonly self: string | undefined;
  readonly name: string;
  readonly muted: boolean;
  readonly roster: Roster | undefined;
  readonly peers: ReadonlyMap<string, PeerState>;
  readonly stats: ReadonlyMap<string, StatsDigest>;
  readonly hands: ReadonlySet<string>;
  readonly speaking: ReadonlySet<string>;
  /** The ids that people had at first, where they have others now. */
  readonly firstIds: ReadonlyMap<string, string>;
}

/** Everybody in the call, oneself last, whether the server can be reached or not. */
export function peopleOf(known: Known): readonly Person[] {
  const others = [...(known.roster?.participants.values() ?? [])].filter(
    ({ id, kind }) => id !== known.self && kind === 'standard',
  );
  return [...others.map((participant) => personOf(participant, known)), selfOf(known)];
}

function personOf({ id, name, status, attributes }: Participant, known: Known): Person {
  const state = known.peers.get(id);
  // A connection that carries media outlives an outage of the server: what is seen counts for more than the roster.
  const link = state === 'connected' ? state : status === 'online' ? (state ?? 'connecting') : 'away';
  return {
    id,
    firstId: known.firstIds.get(id) ?? id,
    name: name || '?',
    self: false,
    muted: mutedSources(attributes).has('microphone'),
    hand: known.hands.has(id),
    speaking: known.speaking.has(id),
    link,
    quality: qualityOf(state, known.stats.get(id)),
  };
}

function selfOf({ name, muted, hands, speaking }: Known): Person {
  return {
    ...{ id: '', firstId: '', name, muted, self: true, link: 'self', quality: 'good' },
    hand: hands.has(''),
    speaking: speaking.has('') && !muted,
  };
}
