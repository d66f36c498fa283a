import type { BrowserPage } from '../../support/browser-page.js';
import type { CallPage } from './call-page.js';

type Method = keyof CallPage;
type Answer<M extends Method> = Awaited<ReturnType<CallPage[M]>>;

/** The questions that are answered by yes or no. */
type Check = { [M in Method]: Answer<M> extends boolean ? M : never }[Method];

/** Somebody in a call, in a page of any browser. */
export interface Person {
  readonly name: string;
  readonly page: BrowserPage;
  /** Resolves once the page has loaded and its room is joined. */
  ready(): Promise<void>;
  ask<M extends Method>(method: M, ...args: Parameters<CallPage[M]>): Promise<Answer<M>>;
  /** Asks again and again until the answer is yes; rejects after 15 s with what the page reports. */
  until<M extends Check>(method: M, ...args: Parameters<CallPage[M]>): Promise<void>;
}

/** The one who is at this page. */
export function createPerson(page: BrowserPage, name: string): Person {
  const ask: Person['ask'] = (method, ...args) =>
    page.ask(([name, given]) => (callPage[name] as (...all: unknown[]) => never)(...given), [
      method,
      args,
    ] as const);
  return {
    name,
    page,
    ask,
    async ready() {
      await page.until(() => (globalThis as { callPage?: unknown }).callPage !== undefined, undefined);
      await ask('ready');
    },
    async until(method, ...args) {
      try {
        await page.until(([name, given]) => (callPage[name] as (...all: unknown[]) => boolean)(...given), [
          method,
          args,
        ] as const);
      } catch (cause) {
        const report = JSON.stringify(await ask('report'), undefined, 1);
        throw new Error(`${name} waited for ${method}(${args.join()}) in vain: ${report}`, { cause });
      }
    },
  };
}
