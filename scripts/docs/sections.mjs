import { CALL_METRICS, gatewayConfig, GATEWAY_LOGS, GATEWAY_METRICS } from '@parley/gateway';
import { COMMON_METRICS, describeConfig, KIT_LOGS } from '@parley/kit';
import { BUS_METRICS, OUTSIDE_METRICS, PROCESS_LOGS } from '@parley/process';
import { ROOMS_LOGS, ROOMS_METRICS, roomsConfig, VERDICTS } from '@parley/rooms';
import { standaloneConfig } from '@parley/standalone';
import { TURN_LOGS, TURN_METRICS, turnCredentialsConfig } from '@parley/turn-credentials';

/** The parts of hand-written pages that are made from the source: by page, by the name in its markers. */
export const SECTIONS = {
  'docs/OPERATIONS.md': {
    'config standalone': () => describeConfig(standaloneConfig).markdown,
    'config gateway': () => describeConfig(gatewayConfig).markdown,
    'config rooms': () => describeConfig(roomsConfig).markdown,
    'config turn-credentials': () => describeConfig(turnCredentialsConfig).markdown,
  },
  'docs/LOGS.md': {
    'logs common': () => logTable(KIT_LOGS),
    'logs process': () => logTable(PROCESS_LOGS),
    'logs gateway': () => logTable(GATEWAY_LOGS),
    'logs rooms': () => logTable(ROOMS_LOGS),
    'logs turn-credentials': () => logTable(TURN_LOGS),
  },
  'docs/METRICS.md': {
    'metrics common': () => metricTable(COMMON_METRICS),
    'metrics outside': () => metricTable([...OUTSIDE_METRICS, ...BUS_METRICS]),
    'metrics gateway': () => metricTable(GATEWAY_METRICS.filter((each) => !CALL_METRICS.includes(each))),
    'metrics calls': () => metricTable(CALL_METRICS),
    'metrics rooms': () => metricTable(ROOMS_METRICS),
    'metrics turn-credentials': () => metricTable(TURN_METRICS),
  },
  'docs/DIAGNOSIS.md': { verdicts: verdictTable },
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

function logTable(lines) {
  const rows = Object.entries(lines).map(([event, { level, fields, means }]) => {
    const shown = fields.map((field) => `\`${field}\``).join(', ');
    return `| \`${event}\` | ${level} | ${shown} | ${means.replaceAll('|', '\\|')} |`;
  });
  return ['| event | level | fields | when |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function metricTable(definitions) {
  const rows = definitions.map(({ name, type, help, labels = [] }) => {
    const shown = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll('|', '\\|')} |`;
  });
  return ['| metric | type | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function verdictTable() {
  const rows = Object.entries(VERDICTS).map(
    ([code, { words, advice }]) => `| \`${code}\` | ${words} | ${advice.replaceAll('|', '\\|')} |`,
  );
  return ['| verdict | in words | what to do |', '| --- | --- | --- |', ...rows].join('\n');
}
