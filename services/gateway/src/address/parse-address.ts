/** An IP address as 16-bit groups: two for IPv4, eight for IPv6. */
export interface Address {
  readonly family: 4 | 6;
  readonly groups: readonly number[];
}

const MAX_LENGTH = 64;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;
const HEX = /^[0-9a-f]{1,4}$/i;

/**
 * Reads an address in text. An IPv4-mapped IPv6 address is the IPv4 one; a zone (`%eth0`) is left out. `undefined` for
 * whatever is not exactly one address: octal or short IPv4 notations included, on which programs disagree.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!text.includes(':')) return parseIPv4(text);
  const [address = '', zone] = text.split('%', 2);
  if (zone === '') return undefined;
  const groups = parseIPv6(address);
  if (groups === undefined) return undefined;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? { family: 4, groups: groups.slice(6) } : { family: 6, groups };
}

function parseIPv4(text: string): Address | undefined {
  const bytes = text.split('.');
  if (bytes.length !== 4 || !bytes.every((byte) => DECIMAL.test(byte) && Number(byte) <= 255))
    return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  return { family: 4, groups: [a * 256 + b, c * 256 + d] };
}

function parseIPv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** Groups between colons; the last two may be written as an IPv4 address where the whole address ends. */
function parseGroups(text: string, mayEndInIPv4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [at, part] of parts.entries()) {
    const embedded =
      mayEndInIPv4 && at === parts.length - 1 && part.includes('.') ? parseIPv4(part) : undefined;
    if (embedded !== undefined) groups.push(...embedded.groups);
    else if (HEX.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
