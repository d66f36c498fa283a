import type { Memory } from './memory.js';

/** What brings a tab back into its call after a reload. */
export interface Ticket {
  readonly room: string;
  /** The secret of the participant whose place is taken. */
  readonly key: string;
  /** When the page went, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** A reload takes no longer; whoever comes later chose to leave. */
export const TICKET_MS = 60_000;

/** Written only as the page goes: a tab that is duplicated in mid-call must not throw out the one that it was made from. */
export function writeTicket(session: Memory, ticket: Ticket): void {
  session.set('ticket', JSON.stringify(ticket));
}

/** The key of a ticket for this room that still holds; good for one time. */
export function takeTicket(session: Memory, room: string, now: number): string | undefined {
  try {
    const ticket = JSON.parse(session.take('ticket') ?? 'null') as Partial<Ticket> | null;
    const valid = ticket?.room === room && typeof ticket.at === 'number' && now - ticket.at < TICKET_MS;
    return valid && typeof ticket.key === 'string' ? ticket.key : undefined;
  } catch {
    return undefined;
  }
}
