/** A message as it is shown. */
export interface ChatMessage {
  /** Of all that this end shows, in the order in which they came. */
  readonly id: number;
  /** A participant's id; empty: one's own. */
  readonly from: string;
  /** The name that its sender had. */
  readonly name: string;
  readonly text: string;
  /** Milliseconds since the Unix epoch, by this end's clock. */
  readonly at: number;
  /** Ids of those whom it has not reached yet. */
  readonly waiting: readonly string[];
}

/** A chat: what was said, and what of it was not seen yet. */
export interface ChatState {
  readonly messages: readonly ChatMessage[];
  readonly open: boolean;
  readonly unread: number;
}

/** What happens to a chat. */
export type ChatEvent =
  | { readonly what: 'said'; readonly message: ChatMessage }
  /** An own message has reached one more. */
  | { readonly what: 'reached'; readonly id: number; readonly peer: string }
  /** A participant has left: nothing waits for it any more. */
  | { readonly what: 'gone'; readonly peer: string }
  | { readonly what: 'renamed'; readonly from: string; readonly to: string }
  | { readonly what: 'opened' }
  | { readonly what: 'closed' };

/** Older ones are forgotten. */
export const MOST_MESSAGES = 500;

/** Nothing was said. */
export const EMPTY_CHAT: ChatState = { messages: [], open: false, unread: 0 };

/** The chat after an event. */
export function chatAfter(state: ChatState, event: ChatEvent): ChatState {
  const { messages } = state;
  switch (event.what) {
    case 'said': {
      const seen = state.open || event.message.from === '';
      return {
        ...state,
        messages: [...messages, event.message].slice(-MOST_MESSAGES),
        unread: state.unread + (seen ? 0 : 1),
      };
    }
    case 'reached':
      return changed(state, (message) => (message.id === event.id ? without(message, event.peer) : message));
    case 'gone':
      return changed(state, (message) => without(message, event.peer));
    case 'renamed':
      return changed(state, (message) => renamed(message, event.from, event.to));
    case 'opened':
      return { ...state, open: true, unread: 0 };
    case 'closed':
      return { ...state, open: false };
  }
}

/** The own messages that still wait for a participant, oldest first. */
export function waitingFor({ messages }: ChatState, peer: string): readonly ChatMessage[] {
  return messages.filter(({ waiting }) => waiting.includes(peer));
}

function changed(state: ChatState, change: (message: ChatMessage) => ChatMessage): ChatState {
  return { ...state, messages: state.messages.map(change) };
}

function without(message: ChatMessage, peer: string): ChatMessage {
  if (!message.waiting.includes(peer)) return message;
  return { ...message, waiting: message.waiting.filter((one) => one !== peer) };
}

function renamed(message: ChatMessage, from: string, to: string): ChatMessage {
  const waiting = message.waiting.map((one) => (one === from ? to : one));
  return { ...message, waiting, from: message.from === from ? to : message.from };
}
