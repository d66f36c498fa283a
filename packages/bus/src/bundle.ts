/** Why bytes are no bundle. */
export class BundleError extends Error {
  readonly code = 'malformed';
  constructor(message: string) {
    super(message);
    this.name = 'BundleError';
  }
}

/** What one record costs in a bundle beside its own bytes: a 32-bit big-endian length. */
export const RECORD_OVERHEAD = 4;

/** Several records as one payload: each as its length and its bytes, in order. Copies. */
export function packBundle(records: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(bundleSize(records));
  const view = new DataView(bundle.buffer);
  let at = 0;
  for (const record of records) {
    view.setUint32(at, record.length);
    bundle.set(record, at + RECORD_OVERHEAD);
    at += RECORD_OVERHEAD + record.length;
  }
  return bundle;
}

/** The records of a bundle, as views of it. Throws a BundleError unless the lengths end exactly at the end. */
export function unpackBundle(bundle: Uint8Array): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const records: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + RECORD_OVERHEAD;
    if (start > bundle.length) throw new BundleError(`a length is cut off at byte ${at}`);
    const end = start + view.getUint32(at);
    if (end > bundle.length) throw new BundleError(`a record at byte ${at} ends beyond the bundle`);
    records.push(bundle.subarray(start, end));
    at = end;
  }
  return records;
}

/** Bytes of `packBundle(records)`. */
export function bundleSize(records: readonly Uint8Array[]): number {
  return records.reduce((sum, record) => sum + RECORD_OVERHEAD + record.length, 0);
}

/**
 * The records in order, grouped so that each group packs into at most `maxBytes`. A record that is alone above that
 * makes a group of its own: whoever accepts records refuses such ones before.
 */
export function splitRecords(records: readonly Uint8Array[], maxBytes: number): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  let group: Uint8Array[] = [];
  let size = 0;
  for (const record of records) {
    const cost = RECORD_OVERHEAD + record.length;
    if (group.length > 0 && size + cost > maxBytes) {
      groups.push(group);
      group = [];
      size = 0;
    }
    group.push(record);
    size += cost;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
