import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HttpAnswer, HttpRoute } from '@parley/gateway';

const FOLDER = new URL('../page/', import.meta.url);
/** The SDK in one file, which the build writes. */
const SDK = new URL('../../../packages/client/dist/sdk.js', import.meta.url);

const FILES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/page.css': 'page.css',
  '/page.js': 'page.js',
  '/peer.js': 'peer.js',
  '/link.js': 'link.js',
  '/signaling.js': 'signaling.js',
};

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
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

/** The page's files and the SDK, read once: nothing is looked up by what a client asks for. Throws if one is missing. */
export function pageRoutes(): readonly HttpRoute[] {
  const page = Object.entries(FILES).map(([path, file]) => route(path, new URL(file, FOLDER)));
  return [...page, route('/sdk.js', SDK, { 'access-control-allow-origin': '*' })];
}

function route(path: string, file: URL, more: Readonly<Record<string, string>> = {}): HttpRoute {
  const answer: HttpAnswer = {
    status: 200,
    headers: {
      'content-type':
        TYPES[file.pathname.slice(file.pathname.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self)',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      ...more,
    },
    body: readFileSync(fileURLToPath(file)),
  };
  return { method: 'GET', path, answer: () => answer };
}
