/** For `--import`: notes each module that is resolved, in the file that PARLEY_TEST_MODULES names. */
import { register } from 'node:module';

register('./resolve-hook.mjs', import.meta.url);
