import { appendFileSync } from 'node:fs';

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  appendFileSync(process.env.PARLEY_TEST_MODULES, `${resolved.url}\n`);
  return resolved;
}
