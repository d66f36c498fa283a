/** Everything that is wrong with the environment, at once. Values are never repeated. */
export class ConfigError extends Error {
  /** One sentence each, beginning with the variable where there is one. */
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
