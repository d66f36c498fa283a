/** Randomness as the core sees it: the system's cryptographic source in `main`, seeded in tests and simulation. */
export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** An integer, uniform in [0, bound); bound is at most 2^32. */
  below(bound: number): number;
  /** A number, uniform in [0, 1). For jitter, never for secrets. */
  fraction(): number;
}
