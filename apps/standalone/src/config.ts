import { checkGatewaySettings, gatewayFields, socketField } from '@parley/gateway';
import type { GatewaySettings } from '@parley/gateway';
import { defineConfig, processFields } from '@parley/kit';
import { checkTurnConfig, turnFields } from '@parley/turn-credentials';
import type { TurnConfig } from '@parley/turn-credentials';

/** The settings of everything in one process. Development is its purpose, so that it starts in open mode, on loopback. */
export const standaloneConfig = defineConfig(
  {
    ...gatewayFields,
    ...turnFields,
    authMode: { ...gatewayFields.authMode, default: 'open' },
    ...processFields,
    drainWindowS: { ...processFields.drainWindowS, default: '5' },
    logLevel: { ...processFields.logLevel, default: 'warn' },
    socket: socketField,
  },
  (values: GatewaySettings & TurnConfig) => [...checkGatewaySettings(values), ...checkTurnConfig(values)],
);
