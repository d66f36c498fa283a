/**
 * Runs foreign code so that nothing it does escapes (U2). `done` gets its value, at once if it is not a promise.
 * A throw, a rejection, and a throw of `done` itself go to `failed`, which must not throw.
 */
export function attempt<T>(
  work: () => T | PromiseLike<T>,
  done: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  try {
    const result = work();
    if (isPromiseLike(result)) Promise.resolve(result).then(done).then(undefined, failed);
    else done(result);
  } catch (error) {
    failed(error);
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** `call` as a callback that cannot throw: for what native code or an event emitter calls (U2). */
export function shielded<A extends unknown[]>(
  call: (...args: A) => void,
  failed: (error: unknown) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      call(...args);
    } catch (error) {
      failed(error);
    }
  };
}
