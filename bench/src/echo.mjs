/** The least that a WebSocket server can do with a message: send it back. */
import { createRequire } from 'node:module';

const major = process.versions.node.split('.')[0];
const uws = createRequire(import.meta.url)(`@uwsjs/linux-x64-${major}`);

uws
  .App()
  .ws('/*', {
    maxPayloadLength: 65_536,
    idleTimeout: 60,
    message: (socket, message, isBinary) => void socket.send(message, isBinary),
  })
  .listen('127.0.0.1', 0, (socket) => {
    process.stdout.write(`http://127.0.0.1:${uws.us_socket_local_port(socket)}\n`);
  });
