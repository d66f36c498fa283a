import { renderUnicodeCompact } from 'uqr';

/** What the lines for the local network are made from. */
export interface LanFacts {
  readonly addresses: readonly [string, ...string[]];
  readonly port: number;
  /** The output shows colours: then the code is light on dark whatever the terminal's own colours are. */
  readonly colours: boolean;
}

/** The room in which all meet who come by the code. */
const ROOM = 'lan';

/** What `--lan` prints beside the start-up line: where a phone finds the page, also as a QR code. */
export function lanLines({ addresses, port, colours }: LanFacts): string {
  const [first, ...others] = addresses.map((address) => `https://${address}:${port}/r/${ROOM}`);
  const code = renderUnicodeCompact(first ?? '', { border: 2 }).split('\n');
  const shown = colours ? code.map((line) => `\u001b[97;40m${line}\u001b[0m`) : code;
  return [
    'On another device in this network, point its camera at the code, or open',
    `  ${first}`,
    ...others.map((address) => `  ${address}`),
    '',
    ...shown.map((line) => `  ${line}`),
    '',
    'Its browser will ask once whether to trust the certificate: it is the one that this machine has made for itself.',
  ].join('\n');
}
