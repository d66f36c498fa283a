/** `closed`: the bus was closed; `disconnected`: no link now; `overflow`: the outbound queue is full; `too-large`: above the broker's limit. */
export type BusErrorCode = 'closed' | 'disconnected' | 'overflow' | 'too-large';

/** Why a publish or a subscribe did not happen. */
export class BusError extends Error {
  readonly code: BusErrorCode;
  constructor(code: BusErrorCode, message: string = code) {
    super(message);
    this.name = 'BusError';
    this.code = code;
  }
}
