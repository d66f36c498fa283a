export { parseTrustedProxies } from './address/trusted-proxies.js';
export type { TrustedProxies } from './address/trusted-proxies.js';
export { DEFAULT_GATEWAY_CONFIG } from './config.js';
export type { GatewayConfig } from './config.js';
export { createGateway } from './create-gateway.js';
export type { Gateway, GatewayDeps } from './create-gateway.js';
export { checkGatewaySettings, gatewayFields, toGatewayConfig } from './gateway-fields.js';
export type { GatewaySettings } from './gateway-fields.js';
export { devTokenRoute } from './http/dev-token-route.js';
export type { Readiness } from '@parley/kit';
export { createSocketServer } from './socket/choose-driver.js';
export type { ChosenSocketServer, DriverChoice } from './socket/choose-driver.js';
export { SocketError } from './socket/port.js';
export type {
  HttpAnswer,
  HttpRoute,
  RequestHead,
  Socket,
  SendResult,
  SocketErrorCode,
  SocketEvents,
  SocketServer,
  SocketServerOptions,
  UpgradeDecision,
  UpgradeRoute,
} from './socket/port.js';
export { CALL_METRICS } from './call-metrics.js';
export { GATEWAY_METRICS } from './telemetry.js';
export { gatewayConfig } from './program.js';
export { socketField } from './socket-field.js';
