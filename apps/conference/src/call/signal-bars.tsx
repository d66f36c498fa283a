import type { Quality } from './quality.js';

const BARS: Readonly<Record<Quality, number>> = { good: 3, fair: 2, poor: 1, lost: 0, unknown: 0 };

/** How good a connection is, as bars. */
export function SignalBars({ quality }: { readonly quality: Quality }) {
  return (
    <svg
      class="signal-bars"
      data-quality={quality}
      viewBox="0 0 18 18"
      width="18"
      height="18"
      aria-hidden="true"
    >
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          class={bar < BARS[quality] ? 'bar-full' : 'bar-empty'}
          x={2 + bar * 5}
          y={11 - bar * 4}
          width="4"
          height={5 + bar * 4}
          rx="1"
        />
      ))}
      {quality === 'lost' && (
        <path d="M3 3l12 12" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
      )}
    </svg>
  );
}
