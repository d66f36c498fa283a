/** Headers that mean one thing: of a repeated one the first counts, as in node:http. */
const single = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'origin',
  'sec-websocket-key',
  'sec-websocket-version',
  'user-agent',
]);

/** Lower-case names; repeated headers joined as RFC 9110 has it (cookies with `; `). The same map on every driver. */
export function headerMap(pairs: Iterable<readonly [name: string, value: string]>): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [rawName, value] of pairs) {
    const name = rawName.toLowerCase();
    const before = headers.get(name);
    if (before === undefined) headers.set(name, value);
    else if (!single.has(name)) headers.set(name, before + (name === 'cookie' ? '; ' : ', ') + value);
  }
  return headers;
}

/** An address as text from its 4 or 16 bytes: IPv4-mapped as IPv4, IPv6 as RFC 5952 writes it. Empty for no bytes. */
export function addressOf(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return '';
  const mapped =
    bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const [start, length] = longestZeroRun(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** The same form from the text that node:net gives (already RFC 5952, perhaps mapped, perhaps with a zone). */
export function addressFrom(text: string | undefined): string {
  const plain = (text ?? '').replace(/%.*$/, '');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
}

/** Path and raw query of a request target. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function longestZeroRun(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === 0) end += 1;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}
