import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { Hmacs } from './hmacs.js';

/** The hashes of node:crypto; all of them finish at once, on this thread. */
export function nodeHmacs(): Hmacs {
  return {
    sha1Base64: (key, text) => createHmac('sha1', key).update(text).digest('base64'),
    sha256Base64Url: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
    // Digests have one length, whatever the texts'.
    equal: (one, other) => timingSafeEqual(digest(one), digest(other)),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
