/** Writes the generated documents below docs/. Wants a build: `npm run build && node packages/protocol/tools/generate-docs.mjs`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as protocol from '@parley/protocol';
import * as schemas from '@parley/protocol/schemas';
import { format, resolveConfig } from 'prettier';
import { toJSONSchema } from 'zod';

import { documents } from './documents.mjs';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
for (const [name, content] of documents({ protocol, schemas, toJSONSchema })) {
  const file = path.join(docs, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, await format(content, { ...(await resolveConfig(file)), filepath: file }));
  process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
}
