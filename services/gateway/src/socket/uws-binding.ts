import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { MAX_HEADER_BYTES } from './driver-context.js';
import { SocketError } from './port.js';

/** The few members of the native binding that the driver uses (release 20.51 and later; names are upstream's). */
export interface UwsBinding {
  App(): UwsApp;
  /** Reads the files at once. Throws when they are no key and certificate. */
  SSLApp(files: { key_file_name: string; cert_file_name: string }): UwsApp;
  us_listen_socket_close(listener: UwsListener): void;
  us_socket_local_port(listener: UwsListener): number;
}

/** A number of upstream's JavaScript wrapper: no SO_REUSEPORT, so that a second listener fails. */
export const LISTEN_EXCLUSIVE_PORT = 1;
/** A number of upstream's JavaScript wrapper: no permessage-deflate. */
export const COMPRESSION_DISABLED = 0;

/** An opaque listen socket. */
export type UwsListener = { readonly __listener: never };
/** An opaque context that `upgrade` hands on. */
export type UwsUpgradeContext = { readonly __context: never };

/** One application: routes and at most one set of listeners. */
export interface UwsApp {
  any(pattern: string, answer: (res: UwsResponse, req: UwsRequest) => void): void;
  ws<D>(pattern: string, behavior: UwsBehavior<D>): void;
  /** Calls back at once, with `false` when nothing could be bound. */
  listen(
    host: string,
    port: number,
    options: number,
    listening: (listener: UwsListener | false) => void,
  ): void;
  /** Ends everything at once; clients see 1006. */
  close(): void;
}

/** What a WebSocket route is made with. A throw in any of the functions ends the process. */
export interface UwsBehavior<D> {
  readonly compression: number;
  readonly maxPayloadLength: number;
  readonly maxBackpressure: number;
  readonly closeOnBackpressureLimit: boolean;
  /** Seconds, 0 or 8 to 960. Another number ends the process. */
  readonly idleTimeout: number;
  readonly sendPingsAutomatically: boolean;
  upgrade(res: UwsResponse, req: UwsRequest, context: UwsUpgradeContext): void;
  open(ws: UwsWebSocket<D>): void;
  /** The buffer is detached when this returns. */
  message(ws: UwsWebSocket<D>, message: ArrayBuffer, isBinary: boolean): void;
  drain(ws: UwsWebSocket<D>): void;
  /** Also called inside `end` and `close`; every use of `ws` in or after it but `getUserData` throws. */
  close(ws: UwsWebSocket<D>, code: number, reason: ArrayBuffer): void;
}

/** An open WebSocket. */
export interface UwsWebSocket<D> {
  getUserData(): D;
  /** 1 sent, 0 buffered, 2 dropped. */
  send(bytes: Uint8Array, isBinary: boolean, compress: boolean): number;
  getBufferedAmount(): number;
  cork(run: () => void): void;
  end(code: number, reason: Uint8Array): void;
  close(): void;
}

/** Readable only until the handler returns. */
export interface UwsRequest {
  getCaseSensitiveMethod(): string;
  getUrl(): string;
  getQuery(): string | undefined;
  forEach(each: (name: string, value: string) => void): void;
}

/** One response. Every use after `onAborted` throws. */
export interface UwsResponse {
  onAborted(aborted: () => void): void;
  onData(data: (chunk: ArrayBuffer, isLast: boolean) => void): void;
  cork(run: () => void): void;
  writeStatus(status: string): void;
  writeHeader(name: string, value: string): void;
  end(body: Uint8Array, closeConnection: boolean): void;
  endWithoutBody(): void;
  close(): void;
  getRemoteAddress(): ArrayBuffer;
  upgrade<D>(data: D, key: string, protocol: string, extensions: string, context: UwsUpgradeContext): void;
}

/** What decides which package is loaded; the running process's by default. */
export interface UwsHost {
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly require: Pick<NodeJS.Require, 'resolve'> & ((id: string) => unknown);
}

/**
 * Loads uWebSockets.js: upstream's own package if somebody installed it, else the pinned platform package (ADR 0001).
 * Throws a SocketError: `not-loadable` when there is none for this machine or the system refuses it, `bad-version` for
 * 20.61 to 20.64, in which `send` may stop working after hours and strings may be corrupted (U1).
 */
export function loadUws(host: UwsHost = runningHost()): UwsBinding {
  const platformPackage = `@uwsjs/${host.platform}-${host.arch}-${host.node.split('.')[0]}`;
  const name = ['uWebSockets.js', platformPackage].find((candidate) => isInstalled(host, candidate));
  if (name === undefined) {
    throw notLoadable(host, `${platformPackage} is not installed or does not exist for this machine`);
  }
  const version = versionOf(host, name);
  if (/^v?20\.6[1-4]\./.test(version)) {
    throw new SocketError(
      'bad-version',
      `${name} ${version} is refused: releases 20.61 to 20.64 lose or corrupt data. Install another release.`,
    );
  }
  // The binary reads its header limit from here, once, when it is loaded; its own default is 4 KiB.
  process.env['UWS_HTTP_MAX_HEADERS_SIZE'] ??= String(MAX_HEADER_BYTES);
  try {
    return host.require(name) as UwsBinding;
  } catch (error) {
    throw notLoadable(host, `${name} ${version} does not load: ${firstLine(error)}`);
  }
}

function runningHost(): UwsHost {
  const { versions, platform, arch } = process;
  return { node: versions.node, platform, arch, require: createRequire(import.meta.url) };
}

function isInstalled(host: UwsHost, name: string): boolean {
  try {
    host.require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The package's own version. Upstream's package exports no package.json, hence the path. */
function versionOf(host: UwsHost, name: string): string {
  try {
    const manifest = host.require(join(dirname(host.require.resolve(name)), 'package.json'));
    return (manifest as { version?: string }).version ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

function notLoadable(host: UwsHost, why: string): SocketError {
  return new SocketError(
    'not-loadable',
    `uWebSockets.js cannot be used on ${host.platform}-${host.arch} with Node ${host.node}: ${why}. ` +
      'It needs Linux x64 with glibc and Node 20 or 22 (Node 24: glibc 2.38 or later); there, run npm ci. ' +
      'Elsewhere use the ws driver (SOCKET=ws).',
  );
}

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
