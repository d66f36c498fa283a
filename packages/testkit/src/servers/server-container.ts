/** A server of somebody else's in a container of its own. */
export interface ServerContainer {
  readonly host: string;
  readonly port: number;
  /** Removes it. Idempotent. */
  stop(): Promise<void>;
}

/** What is started: an image that is there already, and how it is seen to be ready. */
export interface ServerImage {
  readonly image: string;
  readonly port: number;
  readonly command?: readonly string[];
  readonly ready: RegExp;
}

/** Starts it by testcontainers, with its port on a free one of the Docker host; resolves once it takes connections. */
export async function startServerContainer(server: ServerImage): Promise<ServerContainer> {
  // The image of its reaper is one more that would have to be there; what is started here is stopped here.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = new GenericContainer(server.image)
    .withExposedPorts(server.port)
    .withWaitStrategy(Wait.forLogMessage(server.ready));
  if (server.command !== undefined) container.withCommand([...server.command]);
  const started = await container.start();
  let stopping: Promise<unknown> | undefined;
  return {
    host: started.getHost(),
    port: started.getMappedPort(server.port),
    stop: async () => void (await (stopping ??= started.stop())),
  };
}
