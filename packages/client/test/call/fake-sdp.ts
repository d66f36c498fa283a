/** A direction as the local end sees it. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** An m-line; `track` is what the describing end sends on it. */
export interface MLine {
  readonly mid: string;
  readonly kind: string;
  readonly direction: Direction;
  readonly track: string | null;
}

/** What a fake description says. */
export interface FakeSdp {
  readonly fingerprint: string;
  readonly generation: string;
  readonly lines: readonly MLine[];
}

/** As text with the lines of real SDP that are looked at, and the rest as JSON. */
export function writeSdp({ fingerprint, generation, lines }: FakeSdp): string {
  return [
    'v=0',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=ice-ufrag:${generation}`,
    `a=fake:${JSON.stringify(lines)}`,
    '',
  ].join('\r\n');
}

/** Throws for what is not one of ours. */
export function readSdp(sdp: string | undefined): FakeSdp {
  const field = (name: string): string => {
    const found = new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp ?? '')?.[1];
    if (found === undefined) throw new DOMException(`no ${name}`, 'OperationError');
    return found;
  };
  return {
    fingerprint: field('fingerprint').split(' ')[1] ?? '',
    generation: field('ice-ufrag'),
    lines: JSON.parse(field('fake')) as MLine[],
  };
}

/** As the other end sees it. */
export function reverse(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly';
  return direction === 'recvonly' ? 'sendonly' : direction;
}

/** What both allow. */
export function intersect(a: Direction, b: Direction): Direction {
  const send = sends(a) && sends(b);
  const receive = receives(a) && receives(b);
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

export const sends = (direction: Direction): boolean => direction.startsWith('send');
export const receives = (direction: Direction): boolean =>
  direction.endsWith('recv') || direction === 'recvonly';
