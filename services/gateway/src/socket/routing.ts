import { ANSWERS } from './answers.js';
import type { WireAnswer } from './answers.js';
import type { HttpRoute } from './port.js';

/** The route for a request, or what to answer instead. Exact paths win over prefixes, longer prefixes over shorter. */
export function findRoute(
  routes: readonly HttpRoute[],
  method: string,
  path: string,
): { readonly route: HttpRoute } | { readonly answer: WireAnswer } {
  const there = routes.filter((route) => matches(route.path, path));
  if (there.length === 0) return { answer: ANSWERS.notFound };
  const wanted = method === 'HEAD' ? 'GET' : method;
  const [best] = there
    .filter((route) => route.method === wanted)
    .sort((a, b) => Number(isPrefix(a.path)) - Number(isPrefix(b.path)) || b.path.length - a.path.length);
  if (best !== undefined) return { route: best };
  const methods = new Set(
    there.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])),
  );
  return { answer: ANSWERS.methodNotAllowed([...methods]) };
}

const isPrefix = (pattern: string): boolean => pattern.endsWith('/*');

function matches(pattern: string, path: string): boolean {
  return isPrefix(pattern) ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
