import type { StatsDigest } from '@parley/client';
import type { TextKey } from '../i18n/en.js';

/** A figure to show: its name, and its value, either as it is or a text's name. */
export interface Figure {
  readonly label: TextKey;
  readonly value: string | { readonly text: TextKey };
}

/** What was measured of a connection, to be read. Nothing that tells an address. */
export function figuresOf(stats: StatsDigest): readonly Figure[] {
  const { rttMs, bitrateIn, bitrateOut, lossIn, width, height, framesPerSecond } = stats;
  const rate = framesPerSecond ? ` · ${Math.round(framesPerSecond)} fps` : '';
  return [
    { label: 'connection.rtt', value: rttMs === undefined ? '–' : `${Math.round(rttMs)} ms` },
    { label: 'connection.bitrateIn', value: bitrate(bitrateIn) },
    { label: 'connection.bitrateOut', value: bitrate(bitrateOut) },
    { label: 'connection.loss', value: `${(lossIn * 100).toFixed(1)} %` },
    {
      label: 'connection.resolution',
      value: width && height ? `${width} × ${height}${rate}` : { text: 'connection.noPicture' },
    },
    { label: 'connection.path', value: `${stats.localCandidate ?? '?'} → ${stats.remoteCandidate ?? '?'}` },
  ];
}

/** Bits per second, in kbit/s or Mbit/s. */
export function bitrate(bits: number): string {
  return bits >= 1e6 ? `${(bits / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bits / 1e3)} kbit/s`;
}
