import { createProcessHost, runProcess } from '@parley/kit';
import { roomsProgram } from './program.js';

await runProcess(roomsProgram, createProcessHost());
