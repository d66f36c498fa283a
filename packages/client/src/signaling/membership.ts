import { applyBatch, comparePositions, rosterFrom } from '@parley/protocol';
import type { Batch, Change, Roster, Snapshot, SnapshotPart } from '@parley/protocol';
import { rosterDifference } from './roster-difference.js';

/** What a client knows of its room, and how it learns it. */
export interface Membership {
  readonly roster: Roster | undefined;
  /** A connection was taken up; `anew`: for another participant than before. */
  connected(anew: boolean): void;
  /** A part of a snapshot; the last one changes the roster. */
  snapshot(header: Snapshot, payload: string | undefined): void;
  /** `behind`: batches are missing. */
  batch(header: Batch, payload: string | undefined): 'behind' | undefined;
}

/** Told after each change of the roster: what it was, what it is, and the changes in between. */
export type RosterTold = (before: Roster | undefined, after: Roster, changes: readonly Change[]) => void;

/** A client that has not joined yet. */
export function createMembership(told: RosterTold): Membership {
  let roster: Roster | undefined;
  let parts: SnapshotPart[] = [];
  // Until its snapshot is here, what is known is another participant's, good for a comparison only.
  let awaiting = true;

  const become = (after: Roster, changes: readonly Change[]): void => {
    const before = roster;
    roster = after;
    awaiting = false;
    told(before, after, changes);
  };
  return {
    get roster() {
      return roster;
    },
    connected(anew) {
      parts = [];
      awaiting ||= anew;
    },
    snapshot(header, payload) {
      if (header.part === 1) parts = [];
      parts.push(JSON.parse(payload ?? '') as SnapshotPart);
      if (parts.length < header.parts) return;
      const after = rosterFrom(header.at, parts);
      parts = [];
      // A gateway that lags behind the one before tells nothing new; its batches will catch up.
      const old = !awaiting && roster && comparePositions(after.at, roster.at) <= 0;
      if (!old) become(after, rosterDifference(roster, after));
    },
    batch(header, payload) {
      if (awaiting || !roster) return undefined;
      const changes = JSON.parse(payload ?? '') as Change[];
      const applied = applyBatch(roster, header, changes);
      if (applied === 'behind') return 'behind';
      if (applied !== 'old') become(applied.roster, changes);
      return undefined;
    },
  };
}
