import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  boolean,
  choice,
  ConfigError,
  decimal,
  defineConfig,
  describeConfig,
  integer,
  list,
  loadConfig,
  port,
  redactConfig,
  seconds,
  text,
  url,
} from '../src/index.js';

const definition = defineConfig(
  {
    port: { env: 'PORT', schema: port(), default: '8080', description: 'TCP port of clients.' },
    mode: {
      env: 'AUTH_MODE',
      schema: choice(['open', 'jwt']),
      default: 'open',
      description: 'Who may join: open | jwt.',
    },
    origins: {
      env: 'ALLOWED_ORIGINS',
      schema: list(text()),
      default: '',
      optional: true,
      description: 'Exact origins.',
    },
    ttl: {
      env: 'TURN_TTL_S',
      schema: seconds({ min: 60, max: 3600 }),
      default: '600',
      description: 'Seconds a credential lives.',
    },
    bus: { env: 'BUS_URL', schema: url(['memory:', 'redis:']), default: 'memory:', description: 'The bus.' },
    secret: {
      env: 'CLUSTER_SECRET',
      schema: text({ min: 32 }),
      optional: true,
      secret: true,
      description: 'Signs tokens.',
    },
    plain: { env: 'PLAIN_DIALECT', schema: boolean(), default: 'off', description: 'The plain dialect.' },
    region: { env: 'REGION', schema: text(), description: 'Where this runs.' },
  },
  ({ mode, plain }) => (mode === 'jwt' && plain ? ['PLAIN_DIALECT: not with AUTH_MODE=jwt'] : []),
);

const SECRET = 'canary-secret-canary-secret-canary';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(definition, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('config', () => {
  test('defaults stand in for unset and empty variables; values are typed, trimmed and frozen', () => {
    const config = loadConfig(definition, {
      REGION: ' eu ',
      PORT: '',
      ALLOWED_ORIGINS: 'https://a, https://b,',
    });
    expect(config).toEqual({
      port: 8080,
      mode: 'open',
      origins: ['https://a', 'https://b'],
      ttl: 600,
      bus: 'memory:',
      secret: undefined,
      plain: false,
      region: 'eu',
    });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.origins)).toBe(true);
    expectTypeOf(config.port).toEqualTypeOf<number>();
    expectTypeOf(config.mode).toEqualTypeOf<'open' | 'jwt'>();
    expectTypeOf(config.secret).toEqualTypeOf<string | undefined>();
  });

  test('all errors are told at once, by variable, and no value is repeated', () => {
    const env = {
      PORT: '99999',
      AUTH_MODE: 'opne',
      TURN_TTL_S: '5.5s',
      BUS_URL: 'http://x',
      CLUSTER_SECRET: 'short-canary',
      PLAIN_DIALECT: 'maybe',
    };
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.split(/[: ]/)[0])).toEqual([
      'PORT',
      'AUTH_MODE',
      'TURN_TTL_S',
      'BUS_URL',
      'CLUSTER_SECRET',
      'PLAIN_DIALECT',
      'REGION',
    ]);
    const told = new ConfigError(problems).message;
    for (const value of Object.values(env)) expect(told).not.toContain(value);
    expect(told).toContain('must be one of open, jwt');
  });

  test('values are checked together once each is right by itself', () => {
    expect(problemsOf({ REGION: 'eu', AUTH_MODE: 'jwt', PLAIN_DIALECT: 'on' })).toEqual([
      'PLAIN_DIALECT: not with AUTH_MODE=jwt',
    ]);
    expect(problemsOf({ AUTH_MODE: 'jwt', PLAIN_DIALECT: 'on' }).length).toBe(1);
  });

  test('two settings on one variable are a mistake of the program', () => {
    const field = { env: 'PORT', schema: port(), description: '' };
    expect(() => defineConfig({ a: field, b: field })).toThrow('PORT');
  });

  test('the table and the help name every variable, and no default of a secret', () => {
    const secretive = defineConfig({
      key: { env: 'KEY', schema: text(), default: SECRET, secret: true, description: 'A key.' },
    });
    const { markdown, rows, help } = describeConfig(definition);
    expect(rows.length).toBe(8);
    expect(markdown.split('\n').length).toBe(10);
    expect(rows[1]).toBe('| `AUTH_MODE` | `open` | Who may join: open \\| jwt. |');
    expect(rows.at(-1)).toBe('| `REGION` | required | Where this runs. |');
    for (const { env } of Object.values(definition.fields)) expect(help).toContain(env);
    expect(JSON.stringify(describeConfig(secretive))).not.toContain(SECRET);
  });

  test('X10 secrets and credentials in URLs are redacted', () => {
    const config = loadConfig(definition, {
      REGION: 'eu',
      CLUSTER_SECRET: SECRET,
      BUS_URL: 'redis://user:canary-password@host:6379/0',
    });
    const shown = redactConfig(definition, config);
    expect(JSON.stringify(shown)).not.toContain('canary');
    expect(shown['CLUSTER_SECRET']).toBe('[redacted]');
    expect(shown['BUS_URL']).toBe('redis://[redacted]@host:6379/0');
    expect(shown['PORT']).toBe('8080');
  });

  test('numbers: only decimal notation, in range', () => {
    for (const bad of ['', '0x10', '1e3', ' 1', '1.5', '-1', 'NaN', 'Infinity', '65536', '1_000']) {
      expect(port().safeParse(bad).success, bad).toBe(false);
    }
    expect(port().parse('0')).toBe(0);
    expect(integer({ min: -5 }).parse('-5')).toBe(-5);
    expect(decimal({ max: 1 }).parse('0.25')).toBe(0.25);
    expect(seconds().parse('0.5')).toBe(0.5);
    expect(seconds({ max: 10 }).safeParse('11').success).toBe(false);
  });

  test('booleans in words, in any case', () => {
    for (const yes of ['on', 'TRUE', 'Yes', '1']) expect(boolean().parse(yes)).toBe(true);
    for (const no of ['off', 'False', 'no', '0']) expect(boolean().parse(no)).toBe(false);
    expect(boolean().safeParse('2').success).toBe(false);
  });

  test('X7 a list item that breaks its schema is told, and strange names stay strings', () => {
    expect(list(integer({ max: 5 })).safeParse('1,9').success).toBe(false);
    expect(list(text()).parse('__proto__,constructor')).toEqual(['__proto__', 'constructor']);
  });
});
