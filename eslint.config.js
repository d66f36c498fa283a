import tseslint from 'typescript-eslint';

import { determinism } from './scripts/eslint/determinism.mjs';
import { parley } from './scripts/eslint/plugin.mjs';

const source = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'apps/*/src/**/*.ts'];
const library = ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts'];
const tests = ['{packages,services,apps}/*/test/**/*.ts', 'test/**/*.ts', 'simulation/**/*.ts'];

/** What may touch the machine's clock, timers and randomness: process entries, the real ports, socket and bus drivers. */
const shells = [
  '**/main.ts',
  'packages/kit/src/system/**',
  'packages/client/src/system/**',
  'packages/server/src/system/**',
  'packages/bus/src/drivers/{redis,nats}*',
  'packages/bus/src/{redis,nats}*',
  'packages/bus/src/{redis,nats}/**',
  'services/gateway/src/socket-{uws,ws}*',
  'services/gateway/src/socket/{uws,ws}*',
  'services/gateway/src/socket/{uws,ws}/**',
];

const sizes = {
  'max-lines': ['error', { max: 400 }],
  'max-params': ['error', { max: 4 }],
  'parley/function-length': ['error', { max: 60 }],
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/coverage/', '.test-artifacts/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { parley }, rules: sizes },
  {
    files: ['**/*.{js,mjs,cjs}'],
    rules: { 'no-undef': 'off', 'no-unused-vars': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.tests.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A port's method may be asynchronous in one driver and finish at once in another.
      '@typescript-eslint/require-await': 'off',
      // Ports are made by closures: their methods have no `this`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: library, rules: { 'no-console': 'error', 'parley/exported-doc': 'error' } },
  { files: library, ignores: [...shells, 'packages/testkit/**'], rules: determinism },
  { files: source, rules: { '@typescript-eslint/no-explicit-any': 'error' } },
  {
    files: tests,
    // What a server sent is looked at as it comes: `JSON.parse` may stay untyped in a test.
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
