/**
 * What would make the core depend on the machine instead of on what is passed in: time, timers and
 * randomness come through the Clock and Random ports, so that a simulation can replay them.
 * Microtasks are allowed: they run in program order on any machine.
 */

const timers = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
];

const asynchronousOrRandomCrypto = [
  'default',
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'getRandomValues',
  'webcrypto',
  'subtle',
  'pbkdf2',
  'scrypt',
  'hkdf',
  'generateKey',
  'generateKeyPair',
];

const timerModules = ['node:timers', 'node:timers/promises', 'timers', 'timers/promises'];

/** ESLint rules that forbid them all. */
export const determinism = {
  'no-restricted-globals': [
    'error',
    ...timers.map((name) => ({ name, message: 'Take the Clock port.' })),
    { name: 'performance', message: 'Take the Clock port.' },
    { name: 'crypto', message: 'Take the Random port; WebCrypto stands behind a port.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Take the Clock port.' },
    { object: 'Math', property: 'random', message: 'Take the Random port.' },
    { object: 'process', property: 'hrtime', message: 'Take the Clock port.' },
    { object: 'process', property: 'nextTick', message: 'Take the Clock port.' },
    ...['globalThis', 'global'].flatMap((object) =>
      [...timers, 'performance', 'crypto'].map((property) => ({ object, property })),
    ),
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Take the Clock port.' },
    { selector: 'CallExpression[callee.name="Date"]', message: 'Take the Clock port.' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        ...timerModules.map((name) => ({ name, message: 'Take the Clock port.' })),
        { name: 'node:perf_hooks', message: 'Take the Clock port.' },
        { name: 'crypto', message: 'Write node:crypto.' },
        {
          name: 'node:crypto',
          importNames: asynchronousOrRandomCrypto,
          message: 'Take the Random port; what finishes on a thread stands behind a port.',
        },
      ],
    },
  ],
};
