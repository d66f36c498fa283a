import { CALL_METRICS, gatewayConfig, GATEWAY_METRICS } from '@parley/gateway';
import { COMMON_METRICS, describeConfig } from '@parley/kit';
import { BUS_METRICS, OUTSIDE_METRICS } from '@parley/process';
import { ROOMS_METRICS, roomsConfig } from '@parley/rooms';
import { standaloneConfig } from '@parley/standalone';
import { TURN_METRICS, turnCredentialsConfig } from '@parley/turn-credentials';

/** The parts of hand-written pages that are made from the source: by page, by the name in its markers. */
export const SECTIONS = {
  'docs/OPERATIONS.md': {
    'config standalone': () => describeConfig(standaloneConfig).markdown,
    'config gateway': () => describeConfig(gatewayConfig).markdown,
    'config rooms': () => describeConfig(roomsConfig).markdown,
    'config turn-credentials': () => describeConfig(turnCredentialsConfig).markdown,
  },
  'docs/METRICS.md': {
    'metrics common': () => metricTable(COMMON_METRICS),
    'metrics outside': () => metricTable([...OUTSIDE_METRICS, ...BUS_METRICS]),
    'metrics gateway': () => metricTable(GATEWAY_METRICS.filter((each) => !CALL_METRICS.includes(each))),
    'metrics calls': () => metricTable(CALL_METRICS),
    'metrics rooms': () => metricTable(ROOMS_METRICS),
    'metrics turn-credentials': () => metricTable(TURN_METRICS),
  },
};

/** The page with what its source says now between each pair of markers. Throws if a marker is missing. */
export function withSections(page, text) {
  for (const [name, content] of Object.entries(SECTIONS[page])) {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${page} has no markers of ${name}`);
    text = `${text.slice(0, from + begin.length)}\n\n${content()}\n\n${text.slice(to)}`;
  }
  return text;
}

function metricTable(definitions) {
  const rows = definitions.map(({ name, type, help, labels = [] }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll('|', '\\|')} |`;
  });
  return ['| metric | type | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
