import { expect, test } from 'vitest';
import { browserPage } from '../../src/index.js';

test('a page tells of the network and of its visibility until it is not watched any more; without a document it is visible', () => {
  const scope = new EventTarget();
  const shown: { visibilityState: DocumentVisibilityState } = { visibilityState: 'visible' };
  const document = Object.assign(new EventTarget(), shown);
  const page = browserPage(Object.assign(scope, { document }));
  const told: string[] = [];
  const stop = page.watch((what) => told.push(what));
  scope.dispatchEvent(new Event('online'));
  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  expect(page.visible()).toBe(false);
  document.visibilityState = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  stop();
  scope.dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(told).toEqual(['online', 'hidden', 'visible']);
  const none = browserPage({});
  none.watch(() => undefined)();
  expect(none.visible()).toBe(true);
});
