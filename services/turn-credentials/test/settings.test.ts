import { loadConfig } from '@parley/kit';
import { describe, expect, test } from 'vitest';

import { turnCredentialsConfig } from '../src/index.js';
import { ENV } from './fixtures.js';

describe('settings', () => {
  const problems = (env: Record<string, string>): string => {
    try {
      loadConfig(turnCredentialsConfig, { ...ENV, ...env });
      return '';
    } catch (error) {
      return String(error);
    }
  };

  test('a good set has no problems', () => {
    expect(problems({})).toBe('');
    expect(problems({ TURN_TTL_S: '3600' })).toBe('');
    expect(problems({ TURN_TTL_S: '10', TURN_MINTS_PER_MINUTE: '8' })).toBe('');
    expect(problems({ TURN_TTL_S: '86400', TURN_ALLOW_LONG_TTL: 'on' })).toBe('');
  });

  test.each([
    ['TURN_URLS', { TURN_URLS: 'turn:a, stun:b' }],
    ['STUN_URLS', { STUN_URLS: 'stun:a?transport=udp' }],
    ['TURN_SECRETS', { TURN_SECRETS: '' }],
    ['TURN_SECRETS', { TURN_SECRETS: 'short' }],
    ['TURN_TTL_S', { TURN_TTL_S: '9', TURN_MINTS_PER_MINUTE: '60' }],
    ['TURN_MINTS_PER_MINUTE=8', { TURN_TTL_S: '10', TURN_MINTS_PER_MINUTE: '7' }],
    ['TURN_TTL_S', { TURN_TTL_S: '3601' }],
    ['TURN_TTL_S', { TURN_TTL_S: '86401', TURN_ALLOW_LONG_TTL: 'on' }],
    ['TURN_REGIONS', { TURN_REGIONS: '{"eu":["stun:a"]}' }],
    ['TURN_REGIONS', { TURN_REGIONS: 'turn-secret-number-one' }],
    ['TURN_REGIONS', { TURN_REGIONS: '{"EU!":["turn:a"]}' }],
    ['TURN_REST_KEYS', { TURN_REST_KEYS: 'short' }],
    ['AUTH_MODE', { NODE_ENV: 'production' }],
  ])('X9 a fault of %s is told at start, without its value', (name, env) => {
    const told = problems(env);
    expect(told).toContain(name);
    for (const value of ['turn-secret-number-one', 'short']) expect(told).not.toContain(value);
  });
});
