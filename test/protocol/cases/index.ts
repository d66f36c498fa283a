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

/** These wait for seconds by their nature: they start first, and the others run beside them. */
const LONG = /\[(JOIN-8|CONN-3|HELLO-1|TOKEN-2|CLOSE-4|RESUME-4)\]/;

const all: readonly Scenario[] = [
  ...[...connections, ...frames, ...requests, ...tokens, ...joins, ...resumes, ...changes, ...signals],
  ...[...plain, ...http, ...closing, ...canary],
]
  .map(besideOthers)
  .concat(badInput);

const isLong = ({ title }: Scenario): boolean => LONG.test(title);

/** All that a server has to do, seen from outside; what takes long comes first. */
export const SCENARIOS: readonly Scenario[] = [...all.filter(isLong), ...all.filter((one) => !isLong(one))];
