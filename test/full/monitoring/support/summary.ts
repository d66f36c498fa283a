import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RecordedBoard } from './record-boards.js';

const FOLDER = new URL('../../../../.test-artifacts/', import.meta.url);
/** Of so many series a table tells. */
const MOST_NAMED = 4;

/** All that charts are drawn of: too much to be kept with the sources. `npm run reports` draws them. */
export interface Recording {
  readonly stepSeconds: number;
  readonly count: number;
  readonly marks: readonly { readonly letter: string; readonly text: string; readonly atSeconds: number }[];
  readonly boards: readonly RecordedBoard[];
}

/** Writes the recording to `.test-artifacts/monitoring.json`. */
export function keepRecording(recording: Recording): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileURLToPath(new URL('monitoring.json', FOLDER)), JSON.stringify(recording));
}

/**
 * Of each panel its greatest series: the value before the load, under it, and between which values it was afterwards. `quiet`
 * and `load` are the moments of the grid at which the first two are read.
 */
export function summaryOf({ uid, title, panels }: RecordedBoard, quiet: number, load: number): object {
  return {
    uid,
    title,
    panels: panels.map((panel) => {
      const series = panel.series.map(({ name, values }) => {
        const later = values.slice(load + 1).filter((value) => value !== null);
        const [low, high] = later.length === 0 ? [null, null] : [Math.min(...later), Math.max(...later)];
        return { name, before: values[quiet] ?? null, under: values[load] ?? null, low, high };
      });
      const told = series.filter(({ before, under, low, high }) =>
        [before, under, low, high].some((value) => value),
      );
      const greatest = [...told].sort((a, b) => (b.high ?? 0) - (a.high ?? 0)).slice(0, MOST_NAMED);
      const shown = greatest.length === 0 ? series.slice(0, 1) : greatest;
      return { title: panel.title, unit: panel.unit, series: shown, others: series.length - shown.length };
    }),
  };
}
