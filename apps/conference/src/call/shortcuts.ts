import type { Commands } from './commands.js';

/** A key, and how it is written. */
export interface Shortcut {
  /** As `KeyboardEvent.code` has it: the place of the key, whatever alphabet it writes, Hangul included. */
  readonly code: string;
  readonly shift: boolean;
  /** The character that counts instead, where it stands in different places on different keyboards. */
  readonly key?: string;
  readonly shown: string;
}

/** The shortcuts of a call. */
export const SHORTCUTS: Readonly<Record<keyof Commands, Shortcut>> = {
  mute: { code: 'KeyM', shift: false, shown: 'M' },
  camera: { code: 'KeyV', shift: false, shown: 'V' },
  share: { code: 'KeyS', shift: false, shown: 'S' },
  hand: { code: 'KeyH', shift: false, shown: 'H' },
  chat: { code: 'KeyC', shift: false, shown: 'C' },
  people: { code: 'KeyP', shift: false, shown: 'P' },
  invite: { code: 'KeyI', shift: false, shown: 'I' },
  settings: { code: 'Comma', shift: false, shown: ',' },
  help: { code: 'Slash', shift: true, key: '?', shown: '?' },
  leave: { code: 'KeyL', shift: true, shown: 'Shift + L' },
};

/** What of a key press counts. */
export type KeyPress = Pick<
  KeyboardEvent,
  'code' | 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat'
>;

/** The command that a key press means; nothing while `writing`, or together with keys that belong to the browser. */
export function commandOf(press: KeyPress, writing: boolean): keyof Commands | undefined {
  if (writing || press.repeat || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  const all = Object.entries(SHORTCUTS) as [keyof Commands, Shortcut][];
  const fits = ({ code, shift, key }: Shortcut): boolean =>
    key === undefined ? code === press.code && shift === press.shiftKey : key === press.key;
  return all.find(([, shortcut]) => fits(shortcut))?.[0];
}
