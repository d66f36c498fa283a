/**
 * An application that holds its calls over Parley: it serves the conference page, and makes a token for whoever may join.
 * Here that is everybody who knows the address of a room, under the name that they give; yours asks its own session who
 * they are. `POST /token` with `{"room","name"}` answers `{"token"}`.
 *
 * Environment: HOST, PORT; JWT_KEYS, the same as the gateways have (the first signs; without it, as in open mode, the page
 * asks for no tokens); SIGNALING_URL, where the gateways are unless they have the page's own origin.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { createToken } from '@parley/server';

const { HOST = '127.0.0.1', PORT = '8000', JWT_KEYS, SIGNALING_URL } = process.env;
const TOKEN_S = 600;
const MOST_BYTES = 2_048;

const [key] = JWT_KEYS ? JSON.parse(JWT_KEYS) : [];
const files = readPage();

const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/healthz') return answer(response, 200, { alive: true });
  if (path === '/token' && request.method === 'POST' && key !== undefined)
    return giveToken(request, response);
  const file = files.get(path.startsWith('/r/') ? '/' : path);
  if (file === undefined || request.method !== 'GET') return answer(response, 404, { error: 'not found' });
  response.writeHead(200, file.headers).end(file.body);
});
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`Parley application listens on http://${HOST}:${server.address().port}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close(() => process.exit(0)));

async function giveToken(request, response) {
  try {
    const { room, name } = JSON.parse(await readBody(request));
    // An identity of your users' table would stand here. It is never shown to others.
    const token = createToken({ room, name, identity: `guest-${randomUUID()}`, ttl: TOKEN_S, key });
    answer(response, 200, { token });
  } catch {
    answer(response, 400, { error: 'a room, and a name of 256 bytes at most' });
  }
}

async function readBody(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MOST_BYTES) throw new RangeError('too long');
  }
  return body;
}

function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** The page and its assets, read once: nothing is looked up by what a client asks for. */
function readPage() {
  const page = fileURLToPath(new URL('../../apps/conference/dist/page/', import.meta.url));
  const sdk = fileURLToPath(new URL('../../packages/client/dist/sdk.js', import.meta.url));
  const told = [
    ...(SIGNALING_URL ? [`<meta name="parley-signaling" content="${SIGNALING_URL}">`] : []),
    ...(key ? ['<meta name="parley-tokens" content="/token">'] : []),
  ];
  const html = readFileSync(`${page}index.html`, 'utf8').replace('<title>', `${told.join('')}<title>`);
  const assets = readdirSync(`${page}assets`).map((name) => [
    `/assets/${name}`,
    file(name, readFileSync(`${page}assets/${name}`), 'public, max-age=31536000, immutable'),
  ]);
  return new Map([
    ['/', file('index.html', html, 'no-cache')],
    ['/sdk.js', file('sdk.js', readFileSync(sdk), 'no-cache')],
    ...assets,
  ]);
}

function file(name, body, caching) {
  const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
  const type = types[name.split('.').at(-1)] ?? 'application/octet-stream';
  const reach = SIGNALING_URL ? ` ${new URL(SIGNALING_URL).origin}` : '';
  return {
    body,
    headers: {
      'content-type': type === 'image/svg+xml' ? type : `${type}; charset=utf-8`,
      'cache-control': caching,
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; " +
        `connect-src 'self'${reach}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'permissions-policy':
        'camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  };
}
