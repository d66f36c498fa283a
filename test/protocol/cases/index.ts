import type { Scenario } from '../support/scenario.js';
import { badInput, besideOthers } from './bad-input.js';
import { canary } from './canary.js';
import { changes } from './changes.js';
import { closing } from './closing.js';
import { connections } from './connections.js';
import { frames } from './frames.js';
import { http } from './http.js';
import { joins } from './joins.js';
import { plain } from './plain.js';
import { requests } from './requests.js';
import { resumes } from './resumes.js';
import { signals } from './signals.js';
import { tokens } from './tokens.js';

/** All that a server has to do, seen from outside. */
export const SCENARIOS: readonly Scenario[] = [
  ...[...connections, ...frames, ...requests, ...tokens, ...joins, ...resumes, ...changes, ...signals],
  ...[...plain, ...http, ...closing, ...canary],
]
  .map(besideOthers)
  .concat(badInput);
