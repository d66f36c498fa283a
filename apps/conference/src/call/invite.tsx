import { useId } from 'preact/hooks';
import { useApp, useText } from '../app/app-context.js';
import { CopyButton } from '../ui/copy-button.js';
import { QrCode } from '../ui/qr-code.js';

/** The link to a room: to copy, and as a QR code. */
export function Invite({ room }: { readonly room: string }) {
  const { linkTo } = useApp();
  const t = useText();
  const id = useId();
  const link = linkTo(room);
  return (
    <div class="invite">
      <label class="unseen" for={id}>
        {t('invite.link')}
      </label>
      <input
        id={id}
        class="invite-link"
        readOnly
        value={link}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <CopyButton text={() => link} label={t('invite.copy')} done={t('invite.copied')} primary />
      <div class="invite-code">
        <QrCode text={link} label={t('invite.qr')} />
        <p>{t('invite.qrHint')}</p>
      </div>
    </div>
  );
}

/** Shown to whoever is alone in a call. */
export function AloneCard({ room }: { readonly room: string }) {
  const t = useText();
  return (
    <aside class="alone" aria-label={t('alone.title')}>
      <h2>{t('alone.title')}</h2>
      <p>{t('alone.text')}</p>
      <Invite room={room} />
    </aside>
  );
}
