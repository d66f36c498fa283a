/** Continuous integration in figures; the whole of it must end before `deadlineMinutes`. */
export const deadlineMinutes = 25;

/** How long the tests with random inputs are under another Node than the first one. */
export const shorter = { FUZZ_RUNS: '100000', SCHEDULES: '1000' };

/**
 * What another Node could make a difference to: sockets and their native binary, links to servers, processes, crypto. The
 * minutes of browsers and of pure models are not spent three times.
 */
const dependsOnNode = [
  'services/gateway/test/socket/',
  'services/turn-credentials/',
  'packages/bus/',
  'packages/kit/',
  'apps/standalone/',
  'test/protocol/',
  'test/e2e/',
];

/**
 * The Node versions that a fresh clone is tried with. `program` is a package of .ci/nodes, or undefined for the
 * Node that runs continuous integration. Every version starts the application and runs the tests: all of them, or those
 * `only` in whose paths one of these words is; `ci` runs also what every change has to pass beyond that.
 */
export const nodes = [
  { name: 'own', program: undefined, only: [], ci: true },
  { name: '22', program: 'node22', only: dependsOnNode },
  { name: '24', program: 'node24', only: dependsOnNode },
];

/** Machines that the lockfile must serve besides this one. */
export const platforms = [
  { os: 'darwin', cpu: 'arm64' },
  { os: 'win32', cpu: 'x64' },
];

/** The name of the clone's folder: a space and Hangul, as in the home folders of real people. */
export const cloneName = '파를리 회의 call';

/** Test files, by parts of their paths, that run once more over servers that Docker starts. */
export const serverSuites = [
  'packages/bus/test/conformance.redis',
  'packages/bus/test/conformance.nats',
  'services/rooms/test/store-conformance.redis',
  'services/rooms/test/store-conformance.nats',
];
