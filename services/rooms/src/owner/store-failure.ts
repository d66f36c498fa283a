/** The store gave no answer. What was asked of it may have happened; the room must be loaded before it is used again. */
export class StoreFailure extends Error {
  constructor(reason: string, options?: { readonly cause: unknown }) {
    super(`the store: ${reason}`, options);
    this.name = 'StoreFailure';
  }
}
