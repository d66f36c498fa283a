import { useSignal } from '@preact/signals';
import { Icon } from './icon.js';

/** What a copy button is shown with. */
export interface CopyButtonProps {
  readonly text: () => string;
  readonly label: string;
  readonly done: string;
  /** It is what one is most likely to want. */
  readonly primary?: boolean;
}

/** Copies a text, and says so for two seconds. */
export function CopyButton({ text, label, done, primary = false }: CopyButtonProps) {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await copyText(text());
    copied.value = true;
    setTimeout(() => (copied.value = false), 2_000);
  };
  return (
    <button type="button" class={primary ? 'button primary' : 'button'} onClick={() => void copy()}>
      <Icon name={copied.value ? 'check' : 'copy'} size={20} />
      <span aria-live="polite">{copied.value ? done : label}</span>
    </button>
  );
}

/** Where the clipboard is not to be had (an address without https), the old way of copying what is selected. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
