import { randomBytes } from 'node:crypto';

/** Secrets of one deployment for trying out, as plain values by the names and keys that the manifests refer to. */
export function testSecrets(bus) {
  const random = (bytes = 32) => randomBytes(bytes).toString('base64url');
  const password = random(24);
  const urls = {
    redis: { BUS_URL: `redis://:${password}@redis:6379`, STORE_URL: `redis://:${password}@redis:6379` },
    nats: {
      BUS_URL: `nats://parley:${password}@nats:4222`,
      STORE_URL: `nats://parley:${password}@nats:4222?replicas=3&storage=memory`,
    },
  };
  const keys = [
    { kid: 'default', alg: 'HS256', secret: random() },
    { kid: 'other', alg: 'HS256', secret: random(), app: 'other' },
  ];
  return {
    'parley-bus': urls[bus],
    'parley-cluster': { CLUSTER_SECRET: random() },
    'parley-tokens': { JWT_KEYS: JSON.stringify(keys) },
    'parley-turn': { TURN_SECRETS: random() },
    'parley-admin': { ADMIN_TOKEN: random() },
    ...(bus === 'redis' && { 'parley-redis': { 'auth.conf': `requirepass ${password}\n` } }),
    ...(bus === 'nats' && { 'parley-nats': { NATS_PASSWORD: password } }),
  };
}

/** The Secret objects of these values, marked as made for this overlay. */
export function secretObjects(secrets, namespace, overlay) {
  return Object.entries(secrets).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'parley/made-for': overlay } },
    stringData,
  }));
}
