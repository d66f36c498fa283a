/**
 * `npm run cluster [-- options]`: gateways, rooms replicas and a credentials service as processes of this machine, over
 * a Redis or NATS that is given or started for the occasion. Prints the addresses; ends with Ctrl-C.
 */
import { parseArgs } from 'node:util';

import { startCluster, startNats, startRedis } from '@parley/testkit';
import { lookFor, parts } from './parts.mjs';

const HELP = `npm run cluster -- [options]

  --bus redis|nats|URL     default: BUS_URL, else the first of both that this machine has; a name starts that server,
                           from the PATH, else by Docker
  --store redis|nats|URL   default: STORE_URL, else where the bus is
  --gateways N             default 2
  --rooms N                default 2
  --turn-credentials N     default 1
  --port N                 of the first gateway, the next ones count on; default 8080; 0: the system chooses

Every setting of docs/OPERATIONS.md that stands in the environment holds for all of these processes.`;

const options = {
  bus: { type: 'string', default: process.env.BUS_URL ?? firstOf(['redis', 'nats']) },
  store: { type: 'string', ...(process.env.STORE_URL && { default: process.env.STORE_URL }) },
  gateways: { type: 'string', default: '2' },
  rooms: { type: 'string', default: '2' },
  'turn-credentials': { type: 'string', default: '1' },
  port: { type: 'string', default: '8080' },
  help: { type: 'boolean', short: 'h' },
};

const started = new Map();
let cluster;
let ending;

async function main() {
  const values = readArguments();
  if (values === undefined) return;
  const busUrl = await addressOf(values.bus);
  const storeUrl = await addressOf(values.store ?? values.bus);
  const first = Number(values.port);
  cluster = await startCluster({
    busUrl,
    storeUrl,
    gateways: Number(values.gateways),
    rooms: Number(values.rooms),
    turnCredentials: Number(values['turn-credentials']),
    env: ownSettings(),
    portOf: (role, index) => (first === 0 || role === 'rooms' ? 0 : portOf(role, first, index)),
  });
  await cluster.ready();
  for (const one of [...cluster.gateways, ...cluster.rooms, ...cluster.turnCredentials]) say(one);
  process.stdout.write('Parley cluster is ready; Ctrl-C ends it\n');
}

/** Gateways from 8080 on, credentials services from 8180 on. */
function portOf(role, first, index) {
  return role === 'gateway' ? first + index : first + 100 + index;
}

function say({ role, url, adminUrl, pid }) {
  const where = url === undefined ? '' : `${url}  `;
  process.stdout.write(`${role.padEnd(17)} ${where}metrics ${adminUrl}/metrics  pid ${pid}\n`);
}

function readArguments() {
  try {
    const { values } = parseArgs({ options });
    if (!values.help) return values;
    process.stdout.write(`${HELP}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}\n`);
    process.exitCode = 2;
  }
  return undefined;
}

/** The URL itself, or that of a server which is started now. */
async function addressOf(given) {
  if (given.includes(':')) return given;
  const start = { redis: () => startRedis(), nats: () => startNats({ jetstream: true }) }[given];
  if (start === undefined) throw new Error(`neither redis, nats nor a URL: ${given}`);
  if (!started.has(given)) {
    const part = partOf(given);
    const { found, path } = lookFor(part, { containers: true });
    if (!found) throw new Error(`${given} is not there: ${part.howToGet}; or name one that runs: --bus URL`);
    process.env[part.variable] = path;
    started.set(given, await start());
    process.stdout.write(`${given.padEnd(17)} ${started.get(given).url}\n`);
  }
  return started.get(given).url;
}

/** The first one that this machine has; just the first one, to be told as missing, where it has none. */
function firstOf(names) {
  return names.find((name) => lookFor(partOf(name), { containers: true }).found) ?? names[0];
}

function partOf(given) {
  return parts.find(({ name }) => name === given);
}

/** What the user has set, without what is different from process to process. */
function ownSettings() {
  const mine = Object.entries(process.env).filter(
    ([name]) =>
      /^[A-Z][A-Z0-9_]*$/.test(name) && !['PORT', 'ADMIN_PORT', 'BUS_URL', 'STORE_URL'].includes(name),
  );
  return Object.fromEntries(mine);
}

async function end(code) {
  ending ??= (async () => {
    await cluster?.stop();
    for (const server of started.values()) await server.stop();
    process.exit(code);
  })();
  return ending;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end(0));
await main().catch(async (error) => {
  process.stderr.write(`${error.message}\n`);
  await end(1);
});
