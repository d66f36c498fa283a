import { expect, test } from 'vitest';

import { closingLine, notRunLine, readClosingLine, summarize } from '../../scripts/summary.mjs';

function file(status: string, ...tests: string[]) {
  return { status, assertionResults: tests.map((one) => ({ status: one })) };
}

const green = { testResults: [file('passed', 'passed', 'passed')] };

test('[tooling] the closing line counts passed, failed and skipped tests', () => {
  const report = { testResults: [file('failed', 'passed', 'failed', 'skipped', 'todo')] };
  const summary = summarize({ report, exitCode: 1, notRun: 0, strict: false });
  expect(closingLine(summary)).toBe('1 passed, 1 failed, 2 skipped');
  expect(summary.exitCode).toBe(1);
});

test('[tooling] tests of a missing part are skipped outside CI, and failures in it', () => {
  const run = { report: green, exitCode: 0, notRun: 3 };
  expect(summarize({ ...run, strict: false })).toEqual({ passed: 2, failed: 0, skipped: 3, exitCode: 0 });
  expect(summarize({ ...run, strict: true })).toEqual({ passed: 2, failed: 3, skipped: 0, exitCode: 1 });
});

test('[tooling] tests that are impossible on the machine are skipped outside CI, and only listed in it', () => {
  const run = { report: green, exitCode: 0, notRun: 0, impossible: 3 };
  expect(summarize({ ...run, strict: false })).toEqual({ passed: 2, failed: 0, skipped: 3, exitCode: 0 });
  expect(summarize({ ...run, strict: true })).toEqual({ passed: 2, failed: 0, skipped: 0, exitCode: 0 });
  expect(summarize({ ...run, notRun: 1, strict: true })).toMatchObject({ failed: 1, exitCode: 1 });
});

test('[tooling] a skipped test is a failure in CI', () => {
  const report = { testResults: [file('passed', 'passed', 'skipped')] };
  const summary = summarize({ report, exitCode: 0, notRun: 0, strict: true });
  expect(summary).toEqual({ passed: 1, failed: 1, skipped: 0, exitCode: 1 });
});

test('[tooling] a file that cannot be loaded, a dead runner and an empty run are failures', () => {
  const broken = { testResults: [...green.testResults, file('failed')] };
  expect(summarize({ report: broken, exitCode: 1, notRun: 0, strict: false }).failed).toBe(1);
  expect(summarize({ report: undefined, exitCode: 139, notRun: 0, strict: false }).failed).toBe(1);
  expect(summarize({ report: green, exitCode: 1, notRun: 0, strict: false }).failed).toBe(1);
  expect(summarize({ report: { testResults: [] }, exitCode: 0, notRun: 0, strict: false }).failed).toBe(1);
});

test('[tooling] the closing line is read back from a log, the last one if there are several', () => {
  expect(readClosingLine('a\n1 passed, 2 failed, 3 skipped\nb\n4 passed, 0 failed, 0 skipped\n')).toEqual({
    passed: 4,
    failed: 0,
    skipped: 0,
  });
  expect(readClosingLine('Tests  4 passed')).toBeUndefined();
});

test('[tooling] a part that was not run is listed with why and how to get it', () => {
  const part = { name: 'chromium', why: 'real browsers hold a call', howToGet: 'install Chrome' };
  expect(notRunLine(part)).toBe('NOT RUN: chromium - real browsers hold a call - install Chrome');
  expect(notRunLine({ ...part, problem: 'no such module' })).toBe(
    'NOT RUN: chromium - real browsers hold a call (no such module) - install Chrome',
  );
  expect(notRunLine({ ...part, problem: 'libc is too old', impossible: true })).toBe(
    'NOT RUN: chromium - real browsers hold a call (impossible here: libc is too old) - install Chrome',
  );
});
