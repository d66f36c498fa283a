import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Named by the reference, and documented elsewhere: the table of error codes is docs/ERRORS.md. */
const ELSEWHERE = ['ERRORS'];

const OPTIONS = {
  entryPoints: ['packages/client/src/index.ts', 'packages/server/src/index.ts'],
  tsconfig: 'scripts/docs/tsconfig.json',
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
  name: 'The SDK, as its source says it',
  logLevel: 'Warn',
  // Neither lines nor commits: a page changes when what it says does.
  disableSources: true,
  disableGit: true,
  excludeExternals: true,
  sort: ['kind', 'alphabetical'],
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable', 'Function', 'Method'],
  packagesRequiringDocumentation: ['@parley/client', '@parley/protocol', '@parley/server'],
  validation: { notExported: true, notDocumented: true, invalidLink: true, invalidPath: true },
  // Of the plugin: one page for each package.
  outputFileStrategy: 'modules',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  useCodeBlocks: true,
};

/**
 * The reference of the SDK: texts of docs/sdk by file name, a page for each package and a list of them. Rejects if
 * something that is exported has no comment, or names a type that is not exported.
 */
export async function sdkReference() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-docs-'));
  try {
    await generate(folder);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).sort();
    return new Map(await Promise.all(files.map(async (file) => [file, await formatted(folder, file)])));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function generate(folder) {
  // typedoc reads its configuration, and the plugin, from where it is run.
  const before = process.cwd();
  process.chdir(root);
  try {
    const app = await Application.bootstrapWithPlugins({ ...OPTIONS, out: folder });
    const project = await app.convert();
    if (!project) throw new Error('typedoc found nothing to document');
    app.validate(project);
    const hidden = notExported(app.serializer.projectToObject(project, root));
    if (hidden.length > 0)
      throw new Error(`named by what is exported, but not exported: ${hidden.join(', ')}`);
    await app.generateOutputs(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('typedoc warns of the above');
  } finally {
    process.chdir(before);
  }
}

async function formatted(folder, file) {
  const text = await readFile(path.join(folder, file), 'utf8');
  const filepath = path.join(root, 'docs/sdk', file);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

/** Types of ours that have no place of their own in the reference. typedoc itself looks at one package only. */
function notExported(project) {
  const found = new Set();
  JSON.stringify(project, (_, value) => {
    const isOurs = value?.type === 'reference' && value.target?.packageName?.startsWith('@parley/');
    if (isOurs && !ELSEWHERE.includes(value.name)) found.add(value.name);
    return value;
  });
  return [...found].sort();
}
