import { createProcessHost, runProcess } from '@parley/kit';
import { gatewayProgram } from './program.js';

await runProcess(gatewayProgram, createProcessHost());
