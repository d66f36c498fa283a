import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { useText } from '../app/app-context.js';
import { Icon } from '../ui/icon.js';
import { bannerOf } from './banner.js';
import type { Call } from './create-call.js';

/** What is amiss with the connection to the server; and for a moment, that it no longer is. */
export function BannerView({ call }: { readonly call: Call }) {
  const t = useText();
  const back = useSignal(false);
  const trouble = useSignal(false);
  const banner = bannerOf(call.state.value, call.joined.value);
  const bad = banner?.tone === 'warning';
  useEffect(() => {
    if (bad) trouble.value = true;
    if (bad || !trouble.peek()) return undefined;
    trouble.value = false;
    back.value = true;
    const timer = setTimeout(() => (back.value = false), 3_000);
    return () => clearTimeout(timer);
  }, [bad]);
  return (
    <div class="banner-place" role="status" aria-live="polite">
      {banner ? (
        <p class="banner" data-tone={banner.tone}>
          {banner.tone === 'busy' ? <span class="spinner" /> : <Icon name="warning" size={20} />}
          <strong>{t(banner.title)}</strong>
          {banner.hints.map(({ key, values }) => (
            <span key={key}>{t(key, values)}</span>
          ))}
        </p>
      ) : (
        back.value && (
          <p class="banner" data-tone="good">
            <Icon name="check" size={20} />
            <strong>{t('banner.back')}</strong>
          </p>
        )
      )}
    </div>
  );
}
