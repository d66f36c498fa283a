import type { ConfigDefinition, ConfigField, ConfigFields } from './define-config.js';

/** The settings for people. */
export interface ConfigDescription {
  /** A Markdown table: variable, default, meaning. */
  readonly markdown: string;
  /** Its rows alone, without the head. */
  readonly rows: readonly string[];
  /** Plain text for `--help`. */
  readonly help: string;
}

/** Describes the settings in the order of their definition; defaults of secrets are not shown. */
export function describeConfig<F extends ConfigFields>(definition: ConfigDefinition<F>): ConfigDescription {
  const fields: readonly ConfigField[] = Object.values(definition.fields);
  const rows = fields.map((field) => {
    const cells = [`\`${field.env}\``, shownDefault(field, '`'), field.description].map(escapeCell);
    return `| ${cells.join(' | ')} |`;
  });
  const width = Math.max(0, ...fields.map(({ env }) => env.length));
  const help = fields.map(
    (field) => `  ${field.env.padEnd(width)}  ${field.description} (${shownDefault(field, '')})`,
  );
  return {
    markdown: ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n'),
    rows,
    help: help.join('\n'),
  };
}

function shownDefault(field: ConfigField, quote: string): string {
  if (field.default === undefined) return field.optional === true ? 'none' : 'required';
  return field.secret === true ? 'secret' : `${quote}${field.default}${quote}`;
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
