/** Keyed hashes as the pure modules need them. */
export interface Hmacs {
  /** Standard base64 with padding of HMAC-SHA1: what coturn compares. */
  sha1Base64(key: string, text: string): string;
  /** base64url without padding of HMAC-SHA256. */
  sha256Base64Url(key: string | Uint8Array, text: string): string;
  /** Whether two texts are equal, in a time that tells nothing of either. */
  equal(one: string, other: string): boolean;
}
