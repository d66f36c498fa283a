import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

/** Something that the page tells in passing. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  /** Only said to screen readers: who looks sees it anyway. */
  readonly quiet: boolean;
}

/** What the page tells in passing. */
export interface Notices {
  readonly all: ReadonlySignal<readonly Notice[]>;
  /** Shows a text for 5 s, and has it read out. */
  tell(text: string): void;
  /** Has a text read out. */
  say(text: string): void;
}

const SHOWN_MS = 5_000;
const MOST = 4;

/** Nothing to tell yet. */
export function createNotices(after: (ms: number, run: () => void) => unknown): Notices {
  const all = signal<readonly Notice[]>([]);
  let next = 0;
  const add = (text: string, quiet: boolean): void => {
    const id = (next += 1);
    all.value = [...all.peek(), { id, text, quiet }].slice(-MOST);
    after(SHOWN_MS, () => (all.value = all.peek().filter((notice) => notice.id !== id)));
  };
  return { all, tell: (text) => add(text, false), say: (text) => add(text, true) };
}
