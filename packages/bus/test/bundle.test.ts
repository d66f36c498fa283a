import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BundleError, bundleSize, packBundle, splitRecords, unpackBundle } from '../src/index.js';

const records = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 40 });

describe('bundle', () => {
  test('what is packed is unpacked', () => {
    fc.assert(
      fc.property(records, (all) => {
        const bundle = packBundle(all);
        expect(bundle.length).toBe(bundleSize(all));
        expect(unpackBundle(bundle).map((each) => [...each])).toEqual(all.map((each) => [...each]));
      }),
    );
  });

  test('groups keep order, fit the limit, and are not smaller than they must be', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 68, max: 300 }), (all, limit) => {
        const groups = splitRecords(all, limit);
        expect(groups.flat()).toEqual(all);
        groups.forEach((group, index) => {
          expect(bundleSize(group)).toBeLessThanOrEqual(limit);
          const next = groups[index + 1]?.[0];
          if (next !== undefined) expect(bundleSize([...group, next])).toBeGreaterThan(limit);
        });
      }),
    );
  });

  test('any bytes unpack to records that pack to the same bytes, or throw a BundleError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        let unpacked: Uint8Array[];
        try {
          unpacked = unpackBundle(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(BundleError);
          return;
        }
        expect([...packBundle(unpacked)]).toEqual([...bytes]);
      }),
      { numRuns: 2000 },
    );
  });

  test('a bundle that is cut anywhere, or has a byte too many, throws a BundleError', () => {
    const bundle = packBundle([new Uint8Array(3), new Uint8Array(5)]);
    for (const end of [1, 3, 6, 8, 11, bundle.length - 1]) {
      expect(() => unpackBundle(bundle.subarray(0, end))).toThrow(BundleError);
    }
    expect(() => unpackBundle(Uint8Array.from([...bundle, 0]))).toThrow(BundleError);
    expect(() => unpackBundle(Uint8Array.from([255, 255, 255, 255, 1]))).toThrow(BundleError);
  });
});
