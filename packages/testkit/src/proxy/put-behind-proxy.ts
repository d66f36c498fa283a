import { createFaultProxy } from './create-fault-proxy.js';
import type { FaultProxy } from './create-fault-proxy.js';

/** What can stand behind a proxy: a real server, by its address. */
interface Proxiable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A real server, and a way to it that can be spoiled. */
export interface ProxiedServer<S extends Proxiable = Proxiable> {
  readonly server: S;
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly url: string;
  /** Ends both. */
  stop(): Promise<void>;
}

/** Puts a proxy before a server, which ends with it. */
export async function putBehindProxy<S extends Proxiable>(server: S): Promise<ProxiedServer<S>> {
  const proxy = await createFaultProxy({ target: server });
  return {
    ...{ server, proxy },
    url: `${new URL(server.url).protocol}//127.0.0.1:${proxy.port}`,
    stop: async () => {
      await proxy.close();
      await server.stop();
    },
  };
}
