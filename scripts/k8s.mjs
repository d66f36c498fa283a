/**
 * `npm run k8s -- OVERLAY [--down]`: applies an overlay of deploy/k8s to the cluster that kubectl points at, with secrets
 * made for the occasion, waits until everything is ready, and runs the protocol suite against it through a port-forward.
 * `--down` ends it. The images have to be where the cluster finds them: `npm run images`, then, say, `kind load`.
 */
import { parseArgs } from 'node:util';

import {
  applyOverlay,
  NAMESPACE,
  RAISED,
  removeOverlay,
  signingSecrets,
  whenReady,
} from './deploy/deployment.mjs';
import { forward } from './deploy/forward.mjs';
import { runTool } from './run.mjs';

const HELP = 'npm run k8s -- dev|redis|nats [--down]';
const READY_S = 180;
const SUITE = 'test/full/deploy/protocol.deployed.test.ts';

const say = (line) => process.stdout.write(`${line}\n`);

async function up(overlay) {
  const { objects, left } = await applyOverlay(overlay);
  for (const { kind, apiVersion, metadata } of left)
    say(`left out, as the cluster does not know ${apiVersion}: ${kind} ${metadata.name}`);
  say(`limits of addresses raised for the tests: ${JSON.stringify(RAISED)}`);
  await whenReady(objects, READY_S);
  say(`${overlay} is ready in the namespace ${NAMESPACE}`);
  const code = await runSuite(objects);
  if (code === 0) howToOpen(objects);
  return code;
}

async function runSuite(objects) {
  const gateway = await forward(NAMESPACE, 'service/gateway', 8080);
  const credentials = await forward(NAMESPACE, 'service/turn-credentials', 8082);
  try {
    const { mode, origin, keys } = await signingSecrets(objects);
    const env = {
      ...process.env,
      PARLEY_DEPLOYED: gateway.url,
      PARLEY_DEPLOYED_CREDENTIALS: credentials.url,
      PARLEY_DEPLOYED_MODE: mode,
      PARLEY_DEPLOYED_ORIGIN: origin,
      PARLEY_DEPLOYED_KEYS: keys,
    };
    const { code } = await runTool('vitest', 'vitest', ['run', SUITE], { env, echo: true });
    return code;
  } finally {
    gateway.close();
    credentials.close();
  }
}

function howToOpen(objects) {
  const services = [
    ['gateway', 8080],
    ['application', 8000],
  ].filter(([name]) => objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === name));
  for (const [name, port] of services) say(`kubectl -n ${NAMESPACE} port-forward service/${name} ${port}`);
  if (services.length === 2) say('While both run, the page is at http://127.0.0.1:8000');
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { down: { type: 'boolean' } },
  });
  const [overlay] = positionals;
  if (overlay === undefined || positionals.length > 1) throw new Error(HELP);
  if (values.down) await removeOverlay(overlay);
  else process.exitCode = await up(overlay);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
