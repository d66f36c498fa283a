/** What nobody may see in what a process prints, measures or answers, known by its shape. */
const SHAPES: readonly (readonly [name: string, shape: RegExp])[] = [
  ['a token', /\beyJ[\w-]{8,}/],
  ['a session description', /\bv=0(?:\\r|\\n|\r|\n)|\ba=(?:candidate|ice-ufrag|ice-pwd|fingerprint)\b/],
  ['a candidate', /\bcandidate:\S+ \d+ (?:udp|tcp)\b/i],
  ['an ICE password', /\bice-(?:pwd|ufrag):/],
  // Base64 of the 20 bytes of an HMAC-SHA1.
  ['a TURN password', /(?<![\w+/])[A-Za-z0-9+/]{27}=(?!=)/],
  ['credentials in a URL', /:\/\/[^\s/@"]*:[^\s/@"[]+@/],
  // What tests use as secrets says so: `canary-…`.
  ['a canary', /canary-[\w-]{4,}/i],
];

/** Addresses for documentation: tests use them for what a client has. */
const CLIENTS = /\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+\b|\b2001:db8:/i;

/** In tests all clients are on this machine, and so a log line that tells an address of it tells a client's. */
const LOOPBACK = /\b127\.\d+\.\d+\.\d+\b|::1\b|::ffff:/i;
/** Which servers could not be reached an operator has to know. */
const TELLS_SERVERS = /"event":"bus-disconnected"/;

const SHOWN = 160;

/**
 * What leaks in a text, one sentence each, with a little of the text: shapes of secrets, addresses of clients, and the given
 * secrets word for word. Empty if all is well.
 */
export function findLeaks(text: string, secrets: Iterable<string> = []): string[] {
  return [...findSecrets(text, secrets), ...findAddress(text, CLIENTS)];
}

/**
 * The same for one line that a process printed: in log lines, an address of this machine is a client's. Other lines tell
 * whoever started it where it listens.
 */
export function findLeaksInLine(line: string, secrets: Iterable<string> = []): string[] {
  if (!line.startsWith('{')) return findSecrets(line, secrets);
  return [...findLeaks(line, secrets), ...(TELLS_SERVERS.test(line) ? [] : findAddress(line, LOOPBACK))];
}

function findSecrets(text: string, secrets: Iterable<string>): string[] {
  const leaks: string[] = [];
  for (const [name, shape] of SHAPES) {
    const found = shape.exec(text);
    if (found !== null) leaks.push(`${name}: ${around(text, found.index)}`);
  }
  for (const secret of secrets) {
    const at = secret === '' ? -1 : text.indexOf(secret);
    if (at >= 0) leaks.push(`a secret: ${around(text, at)}`);
  }
  return leaks;
}

function findAddress(text: string, shape: RegExp): string[] {
  const found = shape.exec(text);
  return found === null ? [] : [`an address of a client: ${around(text, found.index)}`];
}

/** The secrets among a process's settings: every longer word of what is named as one. */
export function secretsOf(env: Readonly<Record<string, string>>): ReadonlySet<string> {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    /SECRET|TOKEN$|_KEYS$/.test(name) ? value.split(/[\s,"{}[\]:]+/) : [],
  );
  return new Set(secrets.filter((word) => word.length >= 16));
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - SHOWN / 2), at + SHOWN / 2).replace(/\s+/g, ' ');
}
