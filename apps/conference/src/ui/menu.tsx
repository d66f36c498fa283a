import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { Icon } from './icon.js';
import type { IconName } from './icon.js';

/** What a menu is shown with. */
export interface MenuProps {
  readonly icon: IconName;
  readonly label: string;
  readonly kind: 'list' | 'row';
  readonly children: (close: () => void) => ComponentChildren;
}

/** A button that shows more of them above it. Escape and a click elsewhere close it; the focus goes in and comes back. */
export function Menu({ icon, label, kind, children }: MenuProps) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (): void => {
    open.value = false;
    button.current?.focus();
  };
  useEffect(() => {
    if (!open.value) return undefined;
    box.current?.querySelector<HTMLElement>('.menu button, .menu a')?.focus();
    const outside = ({ target }: Event): void => {
      if (!(target instanceof Node) || !box.current?.contains(target)) open.value = false;
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open.value]);
  return (
    <div ref={box} class="menu-box" onKeyDown={({ key }) => key === 'Escape' && open.value && close()}>
      <button
        ref={button}
        type="button"
        class="control"
        data-on={open.value}
        aria-label={label}
        title={label}
        aria-expanded={open.value}
        aria-controls={id}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name={icon} />
      </button>
      <div id={id} class="menu" data-kind={kind} hidden={!open.value}>
        {open.value && children(close)}
      </div>
    </div>
  );
}
