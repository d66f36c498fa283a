import { useText } from '../app/app-context.js';
import { Menu } from '../ui/menu.js';
import { REACTIONS } from './room-message.js';

/** The reactions to choose from. */
export function ReactionMenu({ react }: { readonly react: (emoji: string) => void }) {
  const t = useText();
  return (
    <Menu icon="smile" label={t('control.react')} kind="row">
      {(close) =>
        REACTIONS.map((emoji) => (
          <button
            key={emoji}
            type="button"
            class="emoji-button"
            aria-label={emoji}
            onClick={() => {
              react(emoji);
              close();
            }}
          >
            {emoji}
          </button>
        ))
      }
    </Menu>
  );
}
