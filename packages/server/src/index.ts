/**
 * For an application's own server: makes the tokens with which its participants join.
 *
 * @module server
 */
export { createToken } from './create-token.js';
export type { TokenGrants, TokenRequest } from './create-token.js';
export type { PrivateKey, SharedSecret, SigningKey } from './signing-key.js';
