import { describe, expect, test } from 'vitest';

import { createSocketServer } from '../../src/socket/choose-driver.js';
import { SocketError } from '../../src/socket/port.js';
import { loadUws } from '../../src/socket/uws-binding.js';
import type { UwsHost } from '../../src/socket/uws-binding.js';
import { crankedClock } from './cranked-clock.js';

/** A machine on which these packages are installed, by name and version; loading one gives or throws `load`. */
function host(packages: Record<string, string>, load: () => unknown = () => ({ it: 'loads' })): UwsHost {
  const require = (id: string): unknown => {
    const manifest = /^\/modules\/(.+)\/package\.json$/.exec(id.replaceAll('\\', '/'))?.[1];
    return manifest === undefined ? load() : { version: packages[manifest] };
  };
  const resolve = Object.assign(
    (id: string) => {
      if (packages[id] === undefined) throw new Error(`Cannot find module '${id}'`);
      return `/modules/${id}/index.js`;
    },
    { paths: () => [] },
  );
  return { node: '22.11.0', platform: 'linux', arch: 'x64', require: Object.assign(require, { resolve }) };
}

const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('U1 loading the binary', () => {
  test('the package of the running Node is loaded', () => {
    expect(loadUws(host({ '@uwsjs/linux-x64-22': '20.51.4' }))).toEqual({ it: 'loads' });
  });

  test("upstream's own package comes first where somebody installed it", () => {
    const both = host({ '@uwsjs/linux-x64-22': '20.51.4', 'uWebSockets.js': '20.62.0' });
    expect(thrown(() => loadUws(both))).toMatchObject({ code: 'bad-version' });
  });

  test('a machine without a package is told which one, and what to do', () => {
    const error = thrown(() => loadUws({ ...host({}), platform: 'darwin', arch: 'arm64' }));
    expect(error).toBeInstanceOf(SocketError);
    expect(error).toMatchObject({ code: 'not-loadable' });
    const { message } = error as Error;
    for (const part of ['@uwsjs/darwin-arm64-22', 'Node 22.11.0', 'npm ci', 'ws driver']) {
      expect(message).toContain(part);
    }
  });

  test("a binary that the system refuses is told with the system's reason", () => {
    const old = host({ '@uwsjs/linux-x64-22': '20.69.0' }, () => {
      throw new Error("libm.so.6: version `GLIBC_2.38' not found\nRequire stack: …");
    });
    const error = thrown(() => loadUws(old));
    expect(error).toMatchObject({ code: 'not-loadable' });
    expect((error as Error).message).toContain("`GLIBC_2.38' not found");
    expect((error as Error).message).not.toContain('Require stack');
  });

  test.each(['20.61.0', '20.62.3', '20.63.0', '20.64.9'])('release %s is refused', (version) => {
    const error = thrown(() => loadUws(host({ '@uwsjs/linux-x64-22': version })));
    expect(error).toMatchObject({ code: 'bad-version' });
    expect((error as Error).message).toContain(version);
  });

  test.each(['20.51.4', '20.60.0', '20.65.0', '20.69.0'])('release %s is taken', (version) => {
    expect(loadUws(host({ '@uwsjs/linux-x64-22': version }))).toEqual({ it: 'loads' });
  });
});

describe('choosing the driver', () => {
  const options = { upgrades: [], routes: [], onFault: () => undefined };
  const none = (): never => {
    throw new SocketError('not-loadable', 'no binary here');
  };

  test('auto falls back to ws and says why', () => {
    const server = createSocketServer(options, { clock: crankedClock(), prefer: 'auto', load: none });
    expect(server).toMatchObject({ driver: 'ws', whyNotUws: 'no binary here' });
  });

  test('uws is refused where it does not load', () => {
    const choice = { clock: crankedClock(), prefer: 'uws', load: none } as const;
    expect(thrown(() => createSocketServer(options, choice))).toMatchObject({ code: 'not-loadable' });
  });

  test('ws never looks for the binary and has nothing to explain', () => {
    let asked = false;
    const load = (): never => {
      asked = true;
      return none();
    };
    const server = createSocketServer(options, { clock: crankedClock(), prefer: 'ws', load });
    expect(server.driver).toBe('ws');
    expect(server.whyNotUws).toBeUndefined();
    expect(asked).toBe(false);
  });
});
