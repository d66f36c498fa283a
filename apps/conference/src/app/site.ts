import type { SignalingOptions } from '@parley/client';

/** Where the page stands: what the application that serves it tells by `<meta>` elements. */
export interface Site {
  /** The address of the signaling service: `parley-signaling`, else under the page's own origin. */
  readonly signalingUrl: string;
  /** Asks the application for a token to join a room; undefined where it has none to give (`parley-tokens`). */
  readonly token: ((room: string, name: string) => Promise<string>) | undefined;
}

/** Reads it. */
export function readSite(document: Document, { origin }: Pick<Location, 'origin'>): Site {
  const told = (name: string): string | undefined =>
    document.querySelector<HTMLMetaElement>(`meta[name="parley-${name}"]`)?.content;
  const tokens = told('tokens');
  return {
    signalingUrl: told('signaling') ?? `${origin.replace(/^http/, 'ws')}/v1/connect`,
    token: tokens === undefined ? undefined : (room, name) => fetchToken(tokens, room, name),
  };
}

/** What a signaling client needs to join a room from there. */
export function entrance({ signalingUrl: urls, token }: Site, room: string, name: string): Entrance {
  return { urls, room, name, ...(token && { token: () => token(room, name) }) };
}

/** Where, and as whom, a room is joined. */
export type Entrance = Pick<SignalingOptions, 'urls' | 'room' | 'name' | 'token'>;

async function fetchToken(url: string, room: string, name: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ room, name }) });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { readonly token: string }).token;
}
