import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpAnswer, HttpRoute } from '@parley/gateway';

/** The conference page, as its build writes it. */
const PAGE = fileURLToPath(new URL('../../conference/dist/page/', import.meta.url));
/** The SDK in one file, which the build writes. */
const SDK = fileURLToPath(new URL('../../../packages/client/dist/sdk.js', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page itself may change with each version; what it names has a hash of its content in its own name. */
const FRESH = 'no-cache';
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * The page, its assets and the SDK, read once: nothing is looked up by what a client asks for. `/r/NAME` is the page, too.
 * Throws if they were not built.
 */
export function pageRoutes(): readonly HttpRoute[] {
  const page = answerOf(join(PAGE, 'index.html'), FRESH);
  const assets = readdirSync(join(PAGE, 'assets')).map((name) =>
    route(`/assets/${name}`, answerOf(join(PAGE, 'assets', name), FOR_EVER)),
  );
  const sdk = answerOf(SDK, FRESH, { 'access-control-allow-origin': '*' });
  return [route('/', page), route('/r/*', page), ...assets, route('/sdk.js', sdk)];
}

function route(path: string, answer: HttpAnswer): HttpRoute {
  return { method: 'GET', path, answer: () => answer };
}

function answerOf(file: string, caching: string, more: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status: 200,
    headers: {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'permissions-policy':
        'camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': caching,
      ...more,
    },
    body: readFileSync(file),
  };
}
