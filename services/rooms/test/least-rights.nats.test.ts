import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBus } from '@parley/bus';
import { createSystemClock } from '@parley/kit';
import { hasNatsProgram, startNats } from '@parley/testkit';
import { expect, test } from 'vitest';
import { createStore } from '../src/index.js';
import { storedAt } from '../src/store/store-model.js';
import { answering } from './nats-store-harness.js';

const clock = createSystemClock();
const operations = new URL('../../../docs/OPERATIONS.md', import.meta.url);

// A container does not see the file with the rights.
test.runIf(hasNatsProgram())(
  'X10 the rights in docs/OPERATIONS.md are all that bus and store need of NATS',
  async () => {
    const told = /publish and subscribe to (.*?), and to nothing else/s.exec(
      await readFile(operations, 'utf8'),
    );
    const subjects = [...(told?.[1]?.matchAll(/`([^`]+)`/g) ?? [])].map(([, subject = '']) => `"${subject}"`);
    expect(subjects.length).toBeGreaterThan(1);
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-rights-'));
    const file = path.join(folder, 'nats.conf');
    const rights = `{ publish: [${subjects.join(', ')}], subscribe: [${subjects.join(', ')}] }`;
    const user = `{ user: parley, password: secret, permissions: ${rights} }`;
    await writeFile(file, `authorization { users: [${user}] }\n`);
    const server = await startNats({ jetstream: true, via: 'path', args: ['-c', file] });
    const url = `nats://parley:secret@127.0.0.1:${server.port}`;
    const [bus, store] = [createBus(url, clock), createStore(url, { clock })];
    const heard = new Promise<number>((resolve) => {
      void bus
        .subscribe('s', (payload) => resolve(payload.length))
        .then(() => bus.publish('s', new Uint8Array(3)));
    });
    expect(await heard).toBe(3);
    expect(await bus.publish('nobody', new Uint8Array(3))).toBe(0);
    await answering(store);
    const ref = { app: 'a', room: 'r' };
    expect(await store.commit(ref, undefined, storedAt(ref, [5, 1], [0, 0]))).toBe('ok');
    expect(await store.touch(ref, [5, 1])).toBe('ok');
    expect((await store.load(ref))?.state.at).toEqual([5, 1]);
    await Promise.all([bus.close(), store.close()]);
    await server.stop();
    await rm(folder, { recursive: true });
  },
);
