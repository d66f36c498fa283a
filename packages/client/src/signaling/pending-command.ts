import type { SignalingError } from './signaling-error.js';

/** A request that changes the room, without `id` and `cmd`. */
export interface Command {
  readonly header: { readonly type: 'message' | 'update' };
  readonly payload?: string;
}

/** A command and whoever waits for it. */
export interface PendingCommand {
  readonly command: Command;
  /** Whoever asked has been told; the number may be taken still, until an answer says what became of it. */
  settled?: boolean;
  /** What the server answered last, when it may be asked again. */
  error?: SignalingError;
  resolve(): void;
  reject(error: SignalingError): void;
  cancelDeadline(): void;
}

/** Tells whoever waits for a command, once. */
export function settle(pending: PendingCommand, error?: SignalingError): void {
  pending.cancelDeadline();
  if (pending.settled === true) return;
  pending.settled = true;
  if (error === undefined) pending.resolve();
  else pending.reject(error);
}
