export { createLink } from './link/create-link.js';
export type { Link, LinkDeps, LinkMessage, PeerPresence } from './link/link.js';
