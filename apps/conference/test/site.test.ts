import { afterEach, describe, expect, test, vi } from 'vitest';
import { readSite } from '../src/app/site.js';

afterEach(() => vi.unstubAllGlobals());

function documentWith(metas: Readonly<Record<string, string>>): Document {
  const querySelector = (selector: string): { content: string } | null => {
    const content = metas[/"(.*)"/.exec(selector)?.[1] ?? ''];
    return content === undefined ? null : { content };
  };
  return { querySelector } as unknown as Document;
}

describe('where the page stands', () => {
  test('told nothing, the gateways have its own origin, and there are no tokens', () => {
    expect(readSite(documentWith({}), { origin: 'https://meet.example.org' })).toEqual({
      signalingUrl: 'wss://meet.example.org/v1/connect',
      token: undefined,
    });
  });

  test('X1 told where, it connects there, with tokens that it asks the application for, in a body', async () => {
    const asked: unknown[] = [];
    vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
      asked.push([url, method, JSON.parse(body as string)]);
      return Response.json({ token: 'abc' });
    });
    const metas = { 'parley-signaling': 'wss://signal.example.org/v1/connect', 'parley-tokens': '/token' };
    const { signalingUrl, token } = readSite(documentWith(metas), { origin: 'https://meet.example.org' });
    expect(signalingUrl).toBe('wss://signal.example.org/v1/connect');
    expect(await token?.('standup', 'Ann')).toBe('abc');
    expect(asked).toEqual([['/token', 'POST', { room: 'standup', name: 'Ann' }]]);
  });

  test('an application that gives none is a failure of joining', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 500 }));
    const { token } = readSite(documentWith({ 'parley-tokens': '/token' }), { origin: 'http://a' });
    await expect(token?.('standup', 'Ann')).rejects.toThrow('500');
  });
});
