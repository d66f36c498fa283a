import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { DEFAULT_LIMITS, applyBatch, decodeTextFrame, rosterFrom } from '@parley/protocol';
import type { Batch, Header, Roster, Snapshot } from '@parley/protocol';
import {
  changeSchema,
  parseClientHeader,
  serverHeaderSchema,
  snapshotPartSchema,
} from '@parley/protocol/schemas';

const page = readFileSync(new URL('../../../docs/PROTOCOL.md', import.meta.url), 'utf8');
const block = /^```\n(> \{"type":"hello"[^]*?)^```$/m.exec(page)?.[1] ?? '';
/** The printed lines, with what stands for something filled in and the remark behind the first one cut off. */
const lines = block
  .trimEnd()
  .split('\n')
  .map((line) => ({
    from: line.slice(0, 2),
    text: line
      .slice(2)
      .replace(/\} {2,}[a-z].*$/, '}')
      .replace('<jwt>', 'a.b.c')
      .replace('<128 random bits>', 'Zx3-_9aBcDeFgHiJkLmNoP')
      .replace('g_…', 'g_1')
      .replace(', …]', ']')
      .replace('⏎', '\n'),
  }));
const headerOf = (text: string): Header => decodeTextFrame(text).header;
const named = (type: string) =>
  decodeTextFrame(lines.find(({ text }) => headerOf(text)['type'] === type)?.text ?? '');

describe('the exchange that PROTOCOL.md prints', () => {
  test('it is there, and each line has a side', () => {
    expect(lines).toHaveLength(12);
    expect(lines.map(({ from }) => from.trim()).join('')).toBe('><><<><<><<<');
  });

  test.each(lines.map(({ from, text }, index) => [index + 1, from, text] as const))(
    'line %i parses: %s%s',
    (_number, from, text) => {
      const header = headerOf(text);
      if (from === '> ') expect(parseClientHeader(header)).toEqual({ ok: true, header });
      else expect(serverHeaderSchema.parse(header)).toEqual(header);
    },
  );

  test('the limits in it are the limits of version 1', () => {
    expect(named('welcome').header['limits']).toEqual(DEFAULT_LIMITS);
  });

  test('the snapshot and the batch make a roster', () => {
    const snapshot = named('snapshot');
    const part = snapshotPartSchema.parse(JSON.parse(snapshot.payload ?? ''));
    const roster = rosterFrom((snapshot.header as unknown as Snapshot).at, [part]);
    expect([...roster.participants.keys()]).toEqual(['p_B']);

    const batch = named('batch');
    const changes = changeSchema.array().parse(JSON.parse(batch.payload ?? ''));
    expect(applyBatch(roster, batch.header as unknown as Batch, changes)).toBe('behind');
    const message: Roster = { ...roster, at: [7340032, 4] };
    const result = applyBatch(message, batch.header as unknown as Batch, changes);
    expect(result).toMatchObject({ roster: { at: [7340032, 5], participants: new Map() } });
  });
});
