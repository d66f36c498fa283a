import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { KubectlError, kubectlProgram } from './kubectl.mjs';

/**
 * Forwards a port of this machine's loopback, which the system chooses, to one of an object (`service/gateway`); resolves to
 * `{ url, close }`. kubectl ends its forwarding, with all connections, when a pod resets one of them: so each connection has
 * one of its own, which the next one takes over.
 */
export async function forward(namespace, object, port) {
  const all = new Set();
  const idle = [];
  const begin = async () => {
    const one = await startForwarding(namespace, object, port);
    all.add(one);
    one.child.once('exit', () => all.delete(one));
    return one;
  };
  const server = createServer((client) => {
    client.on('error', () => undefined);
    const carry = async () => {
      const one = idle.pop() ?? (await begin());
      if (one.child.exitCode !== null || one.child.signalCode !== null) return carry();
      join(client, one, () => idle.push(one));
    };
    carry().catch(() => client.destroy());
  });
  idle.push(await begin());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const { child } of all) child.kill();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

/** Lets what either side sends reach the other, until both have ended or one is cut off. */
function join(client, one, ended) {
  const remote = connect(one.port, '127.0.0.1');
  const cut = () => {
    client.destroy();
    remote.destroy();
  };
  remote.on('error', cut);
  one.child.once('exit', cut);
  client.pipe(remote).pipe(client);
  client.once('close', () => remote.destroySoon());
  remote.once('close', () => {
    client.destroySoon();
    one.child.off('exit', cut);
    ended();
  });
}

function startForwarding(namespace, object, port) {
  const args = ['-n', namespace, 'port-forward', '--address', '127.0.0.1', object, `:${port}`];
  const child = spawn(kubectlProgram(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (chunk) => {
      said += chunk;
      const own = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (own !== undefined) resolve({ child, port: Number(own) });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new KubectlError(`port-forward to ${object} ended with ${code}: ${said.trim()}`)),
    );
  });
}
