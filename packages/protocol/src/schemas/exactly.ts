import type { z } from 'zod';

/** `T` with every level read-only: what schemas infer and what is written by hand differ in that alone. */
export type DeepReadonly<T> = T extends (...args: never) => unknown
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** `true` if both are the same type, not merely assignable to each other. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Gives back the schema; does not compile unless it describes exactly `T`, optional fields included. */
export function exactly<T>() {
  return <S extends z.ZodType>(
    schema: S & (Same<DeepReadonly<z.infer<S>>, DeepReadonly<T>> extends true ? unknown : never),
  ): S => schema;
}
