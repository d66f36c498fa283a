import { drawPanel } from './panel.mjs';
import { element, FAINT, fit, text } from './svg.mjs';

const [COLUMN, ROW, MARGIN, GAP, HEAD] = [58, 34, 12, 6, 74];
const LABEL = "Drawn by Parley's script from Prometheus query results, not Grafana";

/**
 * One dashboard with what each of its queries answered, as an SVG. `board`: `{ title, rows: [{ title, y }], panels }`;
 * `run`: `{ stepSeconds, count, marks: [{ atSeconds, letter, text }] }` with times from the first value.
 */
export function drawBoard(board, { stepSeconds, count, marks }) {
  const bottom = Math.max(...board.panels.map(({ grid }) => grid.y + grid.h));
  const [width, height] = [24 * COLUMN + 2 * MARGIN, HEAD + bottom * ROW + MARGIN];
  const key = marks.map(({ letter, text: words }) => `${letter} ${words}`).join('  ·  ');
  const context = {
    count,
    marks: marks.map(({ atSeconds, letter }) => ({ at: atSeconds / stepSeconds, letter })),
    ticks: ticksOf(count, stepSeconds),
  };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      ...{ width, height, 'font-family': 'Helvetica, Arial, sans-serif' },
    },
    element('title', {}, `${board.title}. ${LABEL}`),
    element('rect', { x: 0, y: 0, width, height, fill: '#f6f8fa' }),
    text(MARGIN, 26, board.title, { size: 20, 'font-weight': 600 }),
    text(width - MARGIN, 24, LABEL, { size: 12, fill: '#d1242f', 'text-anchor': 'end' }),
    text(MARGIN, 50, fit(key, width - 2 * MARGIN, 12), { size: 12, fill: FAINT }),
    ...board.rows.map(({ title, y }) => text(MARGIN, HEAD + y * ROW + 20, title, { size: 15, 'font-weight': 600 })),
    ...board.panels.map((panel) => `\n${drawPanel(panel, boxOf(panel.grid), context)}`),
  );
}

function boxOf({ x, y, w, h }) {
  return { x: MARGIN + x * COLUMN, y: HEAD + y * ROW, w: w * COLUMN - GAP, h: h * ROW - GAP };
}

/** Each full minute: where it lies among the values, and its name. */
function ticksOf(count, stepSeconds) {
  const minutes = Math.floor(((count - 1) * stepSeconds) / 60);
  return Array.from({ length: minutes + 1 }, (_, minute) => ({ at: (minute * 60) / stepSeconds, name: clock(minute * 60) }));
}

function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
