import { StorageType } from '@nats-io/jetstream';
import type { KvOptions } from '@nats-io/kv';

/** How a bucket is created where there is none. One that is there is used as it is. */
export interface BucketSettings {
  readonly name: string;
  readonly options: Partial<KvOptions>;
}

/** The parameters of a URL that `bucketSettings` reads. */
export const BUCKET_PARAMETERS: readonly string[] = ['bucket', 'replicas', 'storage', 'maxBytes'];

const NAME = /^[\w-]{1,64}$/;
const STORAGE = new Map([
  ['file', StorageType.File],
  ['memory', StorageType.Memory],
]);

/**
 * Reads `bucket` (default `parley_rooms`), `replicas` (1 to 5, default 1), `storage` (`file`, the default, or `memory`)
 * and `maxBytes` (default: none; a full bucket refuses, it drops nothing). Forgetting is the bucket's: a time to live
 * for every value, which all servers know. Throws a RangeError that names the parameter.
 */
export function bucketSettings(parameters: ReadonlyMap<string, string>, ttlMs: number): BucketSettings {
  const name = parameters.get('bucket') ?? 'parley_rooms';
  const storage = STORAGE.get(parameters.get('storage') ?? 'file');
  if (!NAME.test(name)) throw refusal('bucket', 'letters, digits, _ and -');
  if (storage === undefined) throw refusal('storage', 'file or memory');
  const replicas = readInteger(parameters, { name: 'replicas', max: 5 }) ?? 1;
  const maxBytes = readInteger(parameters, { name: 'maxBytes', max: Number.MAX_SAFE_INTEGER });
  // Only the leader's answer is sure to be the newest, so nobody else is asked.
  const options = { ttl: ttlMs, history: 1, replicas, storage, allow_direct: false };
  return { name, options: { ...options, ...(maxBytes !== undefined && { max_bytes: maxBytes }) } };
}

function readInteger(
  parameters: ReadonlyMap<string, string>,
  { name, max }: { readonly name: string; readonly max: number },
): number | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) throw refusal(name, `1 to ${max}`);
  return value;
}

function refusal(name: string, wanted: string): RangeError {
  return new RangeError(`NATS URL: ${name} is to be ${wanted}`);
}
