import type { Verified } from '@parley/kit';
import type { Attributes, Join, ParticipantKind } from '@parley/protocol';

/** What a participant is called and shown as when it joins. */
export interface Profile {
  readonly name: string;
  readonly attributes: Attributes;
  readonly kind: ParticipantKind;
}

/**
 * The profile of a join. What the token says of name or attributes holds; what it does not mention, and with the grant
 * `canUpdateOwnMetadata` everything, the client may choose. The identity is never shown in the place of a name.
 */
export function profileOf(verified: Verified, join: Pick<Join, 'name' | 'attributes'>): Profile {
  const { canUpdateOwnMetadata: free, hidden } = verified.grants;
  const name = free ? (join.name ?? verified.name) : (verified.name ?? join.name);
  const attributes = free
    ? (join.attributes ?? verified.attributes)
    : (verified.attributes ?? join.attributes);
  return { name: name ?? '', attributes: attributes ?? {}, kind: hidden ? 'hidden' : 'standard' };
}
