import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useText } from '../app/app-context.js';
import { Icon } from './icon.js';

/** What a panel is shown with. */
export interface SidePanelProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** A panel beside the stage; over it on phones. Escape closes it, and the focus goes back to where it was. */
export function SidePanel({ title, close, children }: SidePanelProps) {
  const t = useText();
  const heading = useId();
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const first = panel.current?.querySelector('textarea') ?? panel.current?.querySelector('button');
    first?.focus();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <aside
      ref={panel}
      class="panel"
      aria-labelledby={heading}
      onKeyDown={({ key }) => key === 'Escape' && close()}
    >
      <header class="panel-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet-button" aria-label={t('panel.close')} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </aside>
  );
}
