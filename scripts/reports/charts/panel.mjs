import { element, FAINT, fit, text } from './svg.mjs';
import { showValue } from './show-value.mjs';

const PALETTE = ['#1f77b4', '#e07b00', '#2a9d4e', '#c2395b', '#7b5cb8', '#8a6d3b', '#c95fa8', '#5f6b76', '#9a9a1a', '#1a9aa8'];
const COLOURS = { green: '#2a9d4e', orange: '#e07b00', red: '#d1242f' };
const [HEAD, FOOT, LEFT, RIGHT, LEGEND_LINE] = [30, 20, 62, 12, 15];

/**
 * One panel: `{ title, unit, kind, steps, stacked, series: [{ name, values }] }`, drawn into the box `{ x, y, w, h }` in px.
 * `marks`: `[{ at, letter }]`, where `at` is an index into the values, as is `count` of the grid.
 */
export function drawPanel(panel, box, { marks, count, ticks }) {
  const parts = [
    element('rect', { x: 0, y: 0, width: box.w, height: box.h, rx: 3, fill: '#fff', stroke: '#d0d7de' }),
    text(10, 19, fit(panel.title, box.w - 20, 13), { size: 13, 'font-weight': 600 }),
  ];
  const draw = panel.kind === 'stat' ? drawStat : drawGraph;
  return element('g', { transform: `translate(${box.x} ${box.y})` }, ...parts, ...draw(panel, box, { marks, count, ticks }));
}

function drawStat({ series, unit, steps }, { w, h }, { count }) {
  const shown = series.slice(0, 4);
  const each = (w - 20) / Math.max(shown.length, 1);
  if (shown.length === 0) return [text(10, h / 2 + 8, 'no data', { size: 16, fill: FAINT })];
  return shown.flatMap(({ name, values }, index) => {
    const value = values.findLast((one) => one !== null);
    const x = 10 + index * each;
    const area = { x, y: h - 34, w: each - 6, h: 26 };
    return [
      ...lineOf(values, { area, range: rangeOf([values]), count }).map((d) =>
        element('path', { d, fill: 'none', stroke: colourAt(value, steps), 'stroke-opacity': 0.45 }),
      ),
      text(x, h / 2 + 10, showValue(value, unit), { size: shown.length > 2 ? 16 : 24, fill: colourAt(value, steps), 'font-weight': 600 }),
      ...(shown.length > 1 ? [text(x, h / 2 - 14, fit(name, each - 6), { fill: FAINT })] : []),
    ];
  });
}

/** Where there are many series, those that were 0 all the time are told by their number alone. */
function withoutZeros(series) {
  if (series.length <= 4) return { shown: series, zeros: 0 };
  const shown = series.filter(({ values }) => values.some((value) => value !== null && value !== 0));
  return { shown, zeros: series.length - shown.length };
}

function drawGraph(whole, { w, h }, { marks, count, ticks }) {
  const { shown, zeros } = withoutZeros(whole.series);
  const panel = { ...whole, series: shown };
  const legend = legendOf(panel.series, zeros, w - 20);
  const area = { x: LEFT, y: HEAD, w: w - LEFT - RIGHT, h: h - HEAD - FOOT - 6 - legend.lines * LEGEND_LINE };
  const layers = panel.stacked ? stack(panel.series) : panel.series.map(({ values }) => values);
  const range = rangeOf(layers, panel);
  const yOf = (value) => area.y + area.h * (1 - (value - range.min) / (range.max - range.min));
  return [
    ...gridOf(area, range, panel.unit, yOf),
    ...timesOf(area, count, ticks),
    ...marks.flatMap(({ at, letter }) => markOf(area, (at / Math.max(count - 1, 1)) * area.w, letter)),
    ...panel.steps
      .filter(({ value }) => value !== null && value > range.min && value <= range.max)
      .map(({ value, color }) =>
        element('line', { x1: area.x, x2: area.x + area.w, y1: yOf(value), y2: yOf(value), stroke: COLOURS[color] ?? FAINT, 'stroke-dasharray': '6 4' }),
      ),
    ...layers.flatMap((values, index) =>
      lineOf(values, { area, range, count }).map((d) =>
        element('path', { d, fill: 'none', stroke: PALETTE[index % PALETTE.length], 'stroke-width': 1.4, 'stroke-linejoin': 'round' }),
      ),
    ),
    ...(whole.series.length === 0 ? [text(area.x + area.w / 2, area.y + area.h / 2, 'no data', { fill: FAINT, 'text-anchor': 'middle' })] : []),
    element('g', { transform: `translate(10 ${h - legend.lines * LEGEND_LINE})` }, ...legend.parts),
  ];
}

/** Each layer lies upon those before it. */
function stack(series) {
  let below = [];
  return series.map(({ values }) => {
    below = values.map((value, at) => (value === null ? (below[at] ?? null) : value + (below[at] ?? 0)));
    return below;
  });
}

/** A path for each unbroken piece; a piece of one value is a dot. */
function lineOf(values, { area, range, count }) {
  const pieces = [];
  let piece = [];
  for (const [at, value] of values.entries()) {
    if (value === null) {
      if (piece.length > 0) pieces.push(piece);
      piece = [];
      continue;
    }
    const x = area.x + (at / Math.max(count - 1, 1)) * area.w;
    const y = area.y + area.h * (1 - (value - range.min) / (range.max - range.min));
    piece.push(`${x.toFixed(1)} ${Math.min(Math.max(y, area.y), area.y + area.h).toFixed(1)}`);
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces.map((points) => `M${points.length > 1 ? points.join('L') : `${points[0]}h1.5`}`);
}

function rangeOf(layers, { min = 0, max } = {}) {
  const all = layers.flat().filter((value) => value !== null);
  const least = Math.min(min, ...all);
  const most = max ?? Math.max(...all, least);
  return { min: least, max: most > least ? least + niceSpan(most - least) : least + 1 };
}

/** At least `span`, so that four equal parts of it are round. */
function niceSpan(span) {
  const power = 10 ** Math.floor(Math.log10(span));
  return [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].map((one) => one * power).find((one) => one >= span * 0.999) ?? span;
}

function gridOf(area, { min, max }, unit, yOf) {
  return [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const value = min + (max - min) * share;
    const y = yOf(value);
    return [
      element('line', { x1: area.x, x2: area.x + area.w, y1: y, y2: y, stroke: '#eaeef2' }),
      text(area.x - 6, y + 3.5, showValue(value, unit), { size: 10, fill: FAINT, 'text-anchor': 'end' }),
    ];
  });
}

function timesOf(area, count, ticks) {
  return ticks.map(({ at, name }) =>
    text(area.x + (at / Math.max(count - 1, 1)) * area.w, area.y + area.h + 14, name, {
      ...{ size: 10, fill: FAINT, 'text-anchor': 'middle' },
    }),
  );
}

function markOf(area, dx, letter) {
  const x = area.x + dx;
  return [
    element('line', { x1: x, x2: x, y1: area.y, y2: area.y + area.h, stroke: FAINT, 'stroke-dasharray': '2 3' }),
    text(x + 2, area.y + 9, letter, { size: 9, fill: FAINT }),
  ];
}

const MOST_NAMED = 10;

function legendOf(series, zeros, width) {
  const parts = [];
  let [x, line] = [0, 0];
  const names = series.slice(0, MOST_NAMED).map(({ name }) => name);
  if (series.length > MOST_NAMED) names.push(`and ${series.length - MOST_NAMED} more`);
  if (zeros > 0) names.push(`${zeros} at 0 all the time`);
  for (const [index, name] of names.entries()) {
    const shown = fit(name, 170);
    const wide = 22 + shown.length * 6;
    if (x > 0 && x + wide > width) [x, line] = [0, line + 1];
    const y = line * LEGEND_LINE;
    if (index < Math.min(series.length, MOST_NAMED))
      parts.push(element('rect', { x, y: y + 1, width: 10, height: 3, fill: PALETTE[index % PALETTE.length] }));
    parts.push(text(x + 14, y + 6, shown, { size: 10 }));
    x += wide;
  }
  return { parts, lines: names.length === 0 ? 0 : line + 1 };
}

function colourAt(value, steps) {
  const reached = steps.filter((step) => step.value === null || value >= step.value);
  return COLOURS[reached.at(-1)?.color] ?? '#1f77b4';
}
