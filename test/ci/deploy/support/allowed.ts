const MONITORING = '[kubernetes.io/metadata.name=monitoring app.kubernetes.io/name=prometheus]';
const INGRESS = '[parley/ingress=allowed]';
const DNS = '[kubernetes.io/metadata.name=kube-system k8s-app=kube-dns]';
const SERVICES = ['gateway', 'rooms', 'turn-credentials'];

/** Everything that may be open in an overlay, and has to be: who reaches whom on which port. */
export function allowedIn(overlay: string): Set<string> {
  const [name] = overlay.split(' ');
  const [broker, port] = name === 'nats' ? ['nats', 4222] : ['redis', 6379];
  const others = name === 'dev' ? ['application', broker] : [broker];
  return new Set([
    'in: anybody > gateway:8080',
    `in: ${INGRESS} > turn-credentials:8082`,
    ...[...SERVICES, ...others].map((one) => `out: ${one} > ${DNS}:53`),
    ...SERVICES.flatMap((one) => [`out: ${one} > ${broker}:${port}`, `in: ${one} > ${broker}:${port}`]),
    ...(name === 'nats' ? ['in: nats > nats:6222', 'out: nats > nats:6222'] : []),
    ...(name === 'dev'
      ? ['in: anybody > application:8000']
      : SERVICES.map((one) => `in: ${MONITORING} > ${one}:9464`)),
  ]);
}
