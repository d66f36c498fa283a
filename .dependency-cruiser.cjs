/**
 * The import table (CONTRIBUTING.md). Imports point one way, type-only imports included, and nothing is a cycle.
 * Each workspace package lists what its `src` may import besides itself; everything else is an error.
 */
const nodeBuiltin = '^[a-z0-9_:/]+$';
const npm = (...names) => `(?:^|/)node_modules/(?:${names.join('|')})/`;
const workspace = (...folders) => `^(?:${folders.join('|')})/`;

const drivers = npm('ioredis', 'redis', '@redis', '@nats-io');
const anyNpm = 'node_modules/(?!@parley/)';
const services = workspace('services/gateway', 'services/rooms', 'services/turn-credentials');
const shared = workspace('packages/protocol', 'packages/bus', 'packages/kit', 'packages/process');

/** Folder -> what its src may import (paths as dependency-cruiser resolves them). */
const table = {
  'packages/protocol': [],
  'packages/protocol/src/schemas': [npm('zod')],
  'packages/bus': [drivers, nodeBuiltin],
  'packages/kit': [npm('zod', 'pino', 'prom-client', 'jose', '@opentelemetry'), nodeBuiltin],
  'packages/process': [workspace('packages/protocol', 'packages/bus', 'packages/kit')],
  'packages/client': [workspace('packages/protocol')],
  'packages/server': [nodeBuiltin],
  'packages/testkit': [shared, anyNpm, nodeBuiltin],
  'services/gateway': [shared, anyNpm, nodeBuiltin],
  'services/rooms': [shared, anyNpm, nodeBuiltin],
  'services/turn-credentials': [shared, anyNpm, nodeBuiltin],
  'apps/standalone': [shared, services, anyNpm, nodeBuiltin],
  'apps/conference': [workspace('packages/client'), anyNpm],
};

function rowOf([folder, allowed]) {
  const isPackage = folder.split('/').length === 2;
  const home = folder.split('/').slice(0, 2).join('/');
  const nested = Object.keys(table).filter((other) => other.startsWith(`${folder}/`));
  return {
    name: `table: ${folder}`,
    comment: `${folder} imports more than the import table allows.`,
    severity: 'error',
    from: {
      path: isPackage ? `^${folder}/src/` : `^${folder}/`,
      ...(nested.length > 0 && { pathNot: nested.map((other) => `^${other}/`) }),
    },
    to: { pathNot: [`^${home}/`, ...allowed] },
  };
}

const tests = '^(?:packages|services|apps)/[^/]+/test/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      comment: 'A typo, or a package that nobody installs.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@uwsjs/' },
    },
    {
      name: 'declared-only',
      comment: 'What src imports is in the package.json of its own package.',
      severity: 'error',
      from: { path: '^(?:packages|services|apps)/[^/]+/src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], pathNot: npm('vitest', 'fast-check') },
    },
    {
      name: 'no-tests-in-src',
      severity: 'error',
      from: { pathNot: [tests, '^test/', '^simulation/'] },
      to: { path: [tests, '^test/', '^simulation/', '\\.test\\.ts$'] },
    },
    {
      name: 'services-never-each-other',
      comment: 'Tests across services live in the top-level test/ and simulation/.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    ...Object.entries(table).map(rowOf),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:packages|services|apps)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@parley/source', 'import', 'node', 'types', 'default'],
    },
  },
};
