import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SocketError } from './port.js';
import type { SocketServerOptions } from './port.js';
import type { UwsApp, UwsBinding } from './uws-binding.js';

/**
 * A plain or TLS application. The binary takes key and certificate only as files and reads them at once, so they stand
 * in a private folder for that moment. Throws a SocketError `cannot-listen` when they are unusable.
 */
export function uwsApp(uws: UwsBinding, tls: SocketServerOptions['tls']): UwsApp {
  if (tls === undefined) return uws.App();
  const folder = mkdtempSync(join(tmpdir(), 'parley-tls-'));
  try {
    const files = { key_file_name: join(folder, 'key.pem'), cert_file_name: join(folder, 'cert.pem') };
    writeFileSync(files.key_file_name, tls.key, { mode: 0o600 });
    writeFileSync(files.cert_file_name, tls.cert, { mode: 0o600 });
    return uws.SSLApp(files);
  } catch {
    // The binary's own text names the files and nothing else.
    throw new SocketError(
      'cannot-listen',
      'The TLS key and certificate cannot be used: two matching PEM texts are needed.',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
