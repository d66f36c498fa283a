import { origin, table } from './markdown.mjs';

/** What befell clients of each overlay on a real Kubernetes. */
export function kubernetesSection(report) {
  const overlays = Object.entries(report.results);
  const situations = overlays.flatMap(([name, { eviction, restarts, scaling, scaledTo }]) =>
    [
      ['a pod is evicted', eviction],
      ['every Deployment is restarted, a gateway and an owner deleted', restarts],
      [`${scaledTo} gateways, and two again`, scaling],
    ]
      .filter(([, seen]) => seen !== undefined)
      .map(([what, { sent, lost, twice, outOfOrder, left, moved }]) => [
        ...[name, what, moved, sent, lost, twice, outOfOrder, left],
      ]),
  );
  return [
    origin(report),
    table(
      ['overlay', 'objects', 'all ready after'],
      overlays.map(([name, { objects, readySeconds }]) => [name, objects, `${readySeconds} s`]),
    ),
    table(
      ['overlay', 'what', 'clients that moved', 'signals', 'lost', 'twice', 'out of order', 'saw `left`'],
      situations,
    ),
  ].join('\n\n');
}

/** How large the images are. */
export function imagesSection(report) {
  const rows = Object.entries(report.results).filter(([, { components }]) => components !== undefined);
  return [
    origin(report),
    table(
      ['image', 'beside its base', 'packages in the SBOM'],
      rows.map(([name, { megabytesBesideBase, components }]) => [
        ...[`\`parley/${name}\``, `${megabytesBesideBase} MB`, components],
      ]),
    ),
  ].join('\n\n');
}

/** How long compose took, and its gateways to drain. */
export function composeSection(report) {
  const { upSeconds, services, joinedWhileCutOffSeconds, ...drains } = report.results;
  const times = ['gateway-1', 'gateway-2'].map((name) => `${drains[`${name} drained in seconds`]} s`);
  return [
    origin(report),
    table(
      ['what', 'took'],
      [
        [`${services} services up and healthy`, `${upSeconds} s`],
        ['a gateway is cut off from the bus: until somebody new is in the call', `${joinedWhileCutOffSeconds} s`],
        ['SIGTERM of either gateway, until it has ended', times.join(', ')],
      ],
    ),
  ].join('\n\n');
}
