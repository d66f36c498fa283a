import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import type { Call } from '../call/create-call.js';
import { MOST_TEXT } from '../call/room-message.js';
import { Icon } from '../ui/icon.js';
import { SidePanel } from '../ui/side-panel.js';
import type { ChatMessage } from './chat-state.js';
import { linksIn } from './links-in.js';

/** What the chat is shown with. */
export interface ChatPanelProps {
  readonly call: Call;
  readonly close: () => void;
}

/** What was said in writing, and a place to write. */
export function ChatPanel({ call, close }: ChatPanelProps) {
  const t = useText();
  const log = useRef<HTMLDivElement>(null);
  const { messages } = call.talk.chat.value;
  useEffect(() => {
    call.talk.showChat(true);
    return () => call.talk.showChat(false);
  }, [call]);
  useEffect(() => {
    const { current } = log;
    if (current) current.scrollTop = current.scrollHeight;
  }, [messages.length]);
  return (
    <SidePanel title={t('chat.title')} close={close}>
      <div ref={log} class="chat-log" role="log" aria-label={t('chat.log')} tabIndex={0}>
        {messages.length === 0 && <p class="chat-empty">{t('chat.empty')}</p>}
        {messages.map((message, index) => (
          <Message key={message.id} {...{ message, call }} follows={messages[index - 1]} />
        ))}
      </div>
      <Composer say={(text) => call.talk.say(text)} />
    </SidePanel>
  );
}

/** Messages of one person within so long stand under one name. */
const TOGETHER_MS = 120_000;

interface MessageProps {
  readonly message: ChatMessage;
  readonly follows: ChatMessage | undefined;
  readonly call: Call;
}

function Message({ message, follows, call }: MessageProps) {
  const { language, t } = useApp().settings;
  const { from, name, text, at, waiting } = message;
  const mine = from === '';
  const together = follows?.from === from && at - follows.at < TOGETHER_MS;
  const time = new Intl.DateTimeFormat(language.value, { hour: 'numeric', minute: '2-digit' }).format(at);
  const late = call.people.value.filter(({ id }) => waiting.includes(id)).map((person) => person.name);
  return (
    <article class="message" data-mine={mine} data-together={together}>
      <header class={together ? 'unseen' : 'message-head'}>
        <strong>{mine ? t('chat.you') : name}</strong> <time>{time}</time>
      </header>
      <p class="message-text">
        {linksIn(text).map(({ text: piece, href }, at) =>
          href === undefined ? (
            piece
          ) : (
            <a key={at} href={href} target="_blank" rel="noopener noreferrer">
              {piece}
            </a>
          ),
        )}
      </p>
      {late.length > 0 && <p class="message-late">{t('chat.waiting', { names: late.join(', ') })}</p>}
    </article>
  );
}

function Composer({ say }: { readonly say: (text: string) => void }) {
  const t = useText();
  const id = useId();
  const text = useSignal('');
  const send = (): void => {
    const said = text.value.trim();
    if (said !== '') say(said);
    text.value = '';
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="unseen" for={id}>
        {t('chat.write')}
      </label>
      <textarea
        id={id}
        rows={1}
        value={text.value}
        maxLength={MOST_TEXT}
        placeholder={t('chat.write')}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        onKeyDown={(event) => {
          // While a Hangul syllable is being composed, Enter belongs to the input method.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        type="submit"
        class="round-button send"
        aria-label={t('chat.send')}
        disabled={!text.value.trim()}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}
