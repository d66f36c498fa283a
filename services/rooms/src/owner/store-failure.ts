/** The store could not be read. Nothing is known to have happened; the room must be loaded before it is used again. */
export class StoreFailure extends Error {
  constructor(call: 'load' | 'touch', options: { readonly cause: unknown }) {
    super(`the store's ${call} failed`, options);
    this.name = 'StoreFailure';
  }
}
