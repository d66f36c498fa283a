/** The hops of `X-Forwarded-For`, as written, left to right. */
export function forwardedForHops(value: string): readonly string[] {
  return value.split(',').map((item) => stripPort(item.trim()));
}

const PARAMETER = /[\t ]*([!#$%&'*+.^_`|~\w-]+)=("(?:[^"\\]|\\.)*"|[!#$%&'*+.^_`|~\w-]+)[\t ]*(;|,|$)/y;
const NAME = 1;
const VALUE = 2;
const SEPARATOR = 3;

/**
 * The `for=` hops of `Forwarded` (RFC 7239), left to right; an element without one is an empty hop. `undefined` when any
 * of it is malformed: a quote that a client has left open could swallow what a proxy wrote behind it.
 */
export function forwardedHops(value: string): readonly string[] | undefined {
  const hops: string[] = [];
  const pattern = new RegExp(PARAMETER);
  let hop: string | undefined;
  for (let at = 0; ; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(value);
    if (match === null) return undefined;
    if (match[NAME]?.toLowerCase() === 'for') {
      if (hop !== undefined) return undefined;
      hop = stripPort(unquote(match[VALUE] ?? ''));
    }
    if (match[SEPARATOR] === ';') continue;
    hops.push(hop ?? '');
    hop = undefined;
    if (match[SEPARATOR] === '') return hops;
  }
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}

/** `192.0.2.1:80`, `[2001:db8::1]:80` and `[2001:db8::1]` to the bare address; anything else as it is. */
function stripPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  if (bracketed !== null) return bracketed[1] ?? '';
  return /^([^:]*):\d{1,5}$/.exec(text)?.[1] ?? text;
}
