import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { GATEWAY_LOGS } from '@parley/gateway';
import { KIT_LOGS } from '@parley/kit';
import type { LogLines } from '@parley/kit';
import { PROCESS_LOGS } from '@parley/process';
import { ROOMS_LOGS } from '@parley/rooms';
import { TURN_LOGS } from '@parley/turn-credentials';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TABLES: Readonly<Record<string, LogLines>> = {
  'packages/kit': KIT_LOGS,
  'packages/process': PROCESS_LOGS,
  'services/gateway': GATEWAY_LOGS,
  'services/rooms': ROOMS_LOGS,
  'services/turn-credentials': TURN_LOGS,
};

/** What a server process is made of. */
const FOLDERS = [...Object.keys(TABLES), 'packages/bus', 'apps/standalone'];

function sources(folder: string): { readonly file: string; readonly text: string }[] {
  const src = path.join(ROOT, folder, 'src');
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      file: path.join(folder, 'src', file),
      text: readFileSync(path.join(src, file), 'utf8'),
    }));
}

test('every log line is written from a table, so that docs/LOGS.md has it', () => {
  const direct =
    /\.log\(\s*['"`](?:debug|info|warn|error)['"`]|\.write\(\s*['"`](?:debug|info|warn|error)['"`]|console\./;
  const found = FOLDERS.flatMap(sources).filter(({ text }) => direct.test(text));
  expect(found.map(({ file }) => file)).toEqual([]);
});

test.each(Object.entries(TABLES))(
  'every line of %s is written somewhere, and is named properly',
  (folder, table) => {
    const text = sources(folder)
      .map((one) => one.text)
      .join('\n');
    for (const [event, { means, fields }] of Object.entries(table)) {
      expect(text.split(`'${event}'`).length, event).toBeGreaterThan(event.includes('-') ? 2 : 1);
      expect(event).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(means).toMatch(/\.$/);
      // Beside what pino writes itself.
      for (const field of fields) expect(['level', 'time', 'service', 'node', 'event']).not.toContain(field);
    }
  },
);

test('no two tables have an event of one name', () => {
  const events = Object.values(TABLES).flatMap((table) => Object.keys(table));
  expect(events.filter((event, at) => events.indexOf(event) !== at)).toEqual([]);
});
