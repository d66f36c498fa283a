/** What `runProcess` needs of the process that it runs in. */
export interface ProcessHost {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Name and version, as `node v22.1.0`. */
  readonly runtime: string;
  /** Told of each SIGTERM and SIGINT. */
  onSignal(told: (signal: string) => void): void;
  /** Told of each uncaught exception and unhandled rejection. */
  onFault(told: (error: unknown) => void): void;
  print(text: string): void;
  printError(text: string): void;
  exit(code: number): void;
}

/** Creates the host on Node's process. */
export function createProcessHost(): ProcessHost {
  return {
    argv: process.argv.slice(2),
    env: process.env,
    runtime: `node ${process.version}`,
    onSignal: (told) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, told);
    },
    onFault: (told) => {
      process.on('uncaughtException', told);
      process.on('unhandledRejection', told);
    },
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
    exit: (code) => process.exit(code),
  };
}
