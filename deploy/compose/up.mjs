/**
 * `npm run compose [-- --bus redis|nats] [--down] [SERVICE…]`: brings everything up, or the services named, and waits until it
 * is healthy. Keeps the settings in deploy/compose/.env, with secrets that are made once.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const folder = import.meta.dirname;
const file = path.join(folder, '.env');

/** The lines of the settings, whatever else somebody wrote there; `get` and `set` go by name. */
function readSettings() {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const at = (name) => lines.findIndex((line) => line.startsWith(`${name}=`));
  const get = (name) => lines[at(name)]?.slice(name.length + 1);
  const set = (name, value) =>
    at(name) < 0 ? lines.push(`${name}=${value}`) : (lines[at(name)] = `${name}=${value}`);
  return { lines, get, set };
}

/** Makes the secrets that are not there yet; `bus` is the one that joins the processes, or undefined for the one before. */
function settle(bus) {
  const { lines, get, set } = readSettings();
  const random = (bytes) => randomBytes(bytes).toString('base64url');
  const keys = JSON.stringify([{ kid: 'compose', alg: 'HS256', secret: random(32) }]);
  const fresh = {
    ...{ BROKER_PASSWORD: random(24), GRAFANA_PASSWORD: random(24), CLUSTER_SECRET: random(32) },
    ...{ JWT_KEYS: `'${keys}'`, TURN_SECRETS: random(32) },
  };
  for (const [name, value] of Object.entries(fresh)) if (get(name) === undefined) set(name, value);
  const password = get('BROKER_PASSWORD');
  const urls = { redis: `redis://:${password}@redis:6379`, nats: `nats://parley:${password}@nats:4222` };
  if (bus !== undefined && urls[bus] === undefined) throw new Error(`--bus redis or --bus nats, not ${bus}`);
  if (bus !== undefined || get('BUS_URL') === undefined)
    for (const name of ['BUS_URL', 'STORE_URL']) set(name, urls[bus ?? 'redis']);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}

function compose(...args) {
  const all = ['compose', '--file', path.join(folder, 'compose.yaml'), ...args];
  return spawnSync('docker', all, { stdio: 'inherit' }).status ?? 1;
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bus: { type: 'string' }, down: { type: 'boolean' } },
  });
  if (!values.down || !existsSync(file)) settle(values.bus);
  const wanted = values.down ? ['down', '--volumes'] : ['up', '--detach', '--wait', ...positionals];
  process.exitCode = compose(...wanted);
  const port = (name, usual) => process.env[name] ?? readSettings().get(name) ?? usual;
  if (!values.down && process.exitCode === 0)
    process.stdout.write(
      `The page: http://127.0.0.1:${port('PORT', 8080)}  Grafana: http://127.0.0.1:${port('GRAFANA_PORT', 3000)}\n`,
    );
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
