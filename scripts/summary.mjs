/**
 * What a test run amounts to: `{ passed, failed, skipped, exitCode }` from the test runner's JSON report
 * (undefined if it wrote none), its exit code and the number of tests that were not run for want of a part.
 * Where `strict` (continuous integration), what was not run has failed, except what is `impossible` on this machine:
 * that is only listed. Zero tests are a failure.
 */
export function summarize({ report, exitCode, notRun, impossible = 0, strict }) {
  const files = report?.testResults ?? [];
  const statuses = files.flatMap((file) => file.assertionResults.map((test) => test.status));
  const count = (status) => statuses.filter((one) => one === status).length;
  const passed = count('passed');
  const unrun = statuses.length - passed - count('failed') + notRun;
  const failed = count('failed') + files.filter(failedAsWhole).length + (strict ? unrun : 0);
  // An unhandled error, or a runner that died, fails no test by name.
  const unnamed = failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : 0;
  const result = { passed, failed: failed + unnamed, skipped: strict ? 0 : unrun + impossible };
  return { ...result, exitCode: result.failed > 0 ? 1 : 0 };
}

/** A file that could not be loaded, or whose hook threw, has no failed test of its own. */
function failedAsWhole(file) {
  return file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed');
}

/** The closing line of every test run. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The counts of the last closing line in `output`, or undefined. */
export function readClosingLine(output) {
  const match = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  if (!match) return undefined;
  const [passed, failed, skipped] = match.slice(1).map(Number);
  return { passed, failed, skipped };
}

/** One line for a part whose tests were not run. */
export function notRunLine({ name, why, howToGet, problem = '', impossible = false }) {
  const reason = problem && ` (${impossible ? 'impossible here: ' : ''}${problem})`;
  return `NOT RUN: ${name} - ${why}${reason} - ${howToGet}`;
}
