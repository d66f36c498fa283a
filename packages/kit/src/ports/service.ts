/** The life of everything that `create…(deps)` returns. Each method is idempotent. */
export interface Service {
  /** Resolves once the service can do its work; rejects with what prevents it. */
  start(): Promise<void>;
  /** Stops taking new work and moves existing work elsewhere; resolves when empty or after `windowMs`. */
  drain(windowMs: number): Promise<void>;
  /** Releases every handle. Resolves when nothing of the service is left. */
  stop(): Promise<void>;
}
