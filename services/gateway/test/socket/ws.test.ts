import { createWsServer } from '../../src/socket/socket-ws.js';
import { socketConformance } from './conformance.js';

socketConformance({ name: 'ws', create: createWsServer });
