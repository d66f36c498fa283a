/** The reactions that there are. */
export const REACTIONS = ['👍', '👏', '❤️', '😂', '😮', '🎉'] as const;

/** Characters of a chat message. */
export const MOST_TEXT = 2_000;

/** What participants of a call tell each other on the data channel `room`. */
export type RoomMessage =
  | { readonly kind: 'chat'; readonly id: number; readonly text: string }
  | { readonly kind: 'hand'; readonly up: boolean }
  | { readonly kind: 'reaction'; readonly emoji: string };

/** The message as it is sent. */
export function encodeRoomMessage(message: RoomMessage): string {
  return JSON.stringify(message);
}

/** The message that arrived; undefined if it is none: the other end may be of any make. */
export function decodeRoomMessage(data: unknown): RoomMessage | undefined {
  if (typeof data !== 'string' || data.length > MOST_TEXT * 6 + 100) return undefined;
  let given: Readonly<Record<string, unknown>> | null;
  try {
    given = JSON.parse(data) as typeof given;
  } catch {
    return undefined;
  }
  const { kind, id, text, up, emoji } = given ?? {};
  if (kind === 'chat' && typeof text === 'string' && text.trim() && text.length <= MOST_TEXT) {
    return typeof id === 'number' ? { kind, id, text } : undefined;
  }
  if (kind === 'hand' && typeof up === 'boolean') return { kind, up };
  const known = REACTIONS.find((one) => one === emoji);
  return kind === 'reaction' && known !== undefined ? { kind, emoji: known } : undefined;
}
