import { exportedDoc } from './exported-doc.mjs';
import { functionLength } from './function-length.mjs';

/** The rules of this repository that no published plugin has. */
export const parley = { rules: { 'exported-doc': exportedDoc, 'function-length': functionLength } };
