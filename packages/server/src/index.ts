export { createToken } from './create-token.js';
export type { TokenGrants, TokenRequest } from './create-token.js';
export type { PrivateKey, SharedSecret, SigningKey } from './signing-key.js';
