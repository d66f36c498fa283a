/** The standalone app with nobody to hear what it counts and logs: what telemetry costs is the difference to the usual one. */
import { createHash } from 'node:crypto';
import { createSocketServer } from '@parley/gateway';
import { createAuth, createSystemClock, createSystemRandom, loadConfig, nullTelemetry } from '@parley/kit';
import { createStandalone, standaloneConfig } from '@parley/standalone';
import { nodeHmacs } from '@parley/turn-credentials';

const config = loadConfig(standaloneConfig, process.env);
const [clock, random, clusterSecret] = [createSystemClock(), createSystemRandom(), 'bench'.repeat(8)];
const { services, gateway } = createStandalone({
  ...{ config, clock, random, clusterSecret, telemetry: nullTelemetry, routes: [] },
  auth: await createAuth(config, { clock, secret: clusterSecret }),
  hmacs: nodeHmacs(),
  hash: (text) => createHash('sha256').update(text).digest('base64url'),
  sockets: (options) => createSocketServer(options, { clock, prefer: config.socket }),
});
for (const service of services) await service.start();
process.stdout.write(`Parley without telemetry on http://127.0.0.1:${gateway.port()}\n`);
