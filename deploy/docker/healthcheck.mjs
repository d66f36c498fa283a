/** For HEALTHCHECK: ends with 0 while the address, by default `/readyz` of the admin port, answers 200. */
const [, , url = `http://127.0.0.1:${process.env.ADMIN_PORT ?? 9464}/readyz`] = process.argv;
const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
