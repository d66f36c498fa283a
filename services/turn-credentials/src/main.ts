import { createProcessHost, runProcess } from '@parley/kit';
import { turnCredentialsProgram } from './program.js';

await runProcess(turnCredentialsProgram, createProcessHost());
