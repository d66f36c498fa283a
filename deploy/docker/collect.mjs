/**
 * `node collect.mjs WORKSPACE FOLDER [FILE…]`, in a built repository: makes the folder that an image of that workspace
 * holds. In it lie the workspace and those that it needs, as built; their dependencies, without those of development, as
 * the lockfile pins them; the files named; and an SBOM in CycloneDX.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [, , workspace, folder, ...files] = process.argv;

mkdirSync(folder, { recursive: true });
const manifests = globSync('{packages,services,apps}/*/package.json');
for (const file of ['package.json', 'package-lock.json', 'LICENSE', ...manifests]) copy(file);
const options = ['--ignore-scripts', '--prefer-offline', '--omit=dev', '-w', workspace];
execFileSync('npm', ['ci', ...options], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
// The root of the repository names uWebSockets.js, for whoever opens sockets.
const sockets = ['services/gateway', 'apps/standalone'].includes(workspace);
if (sockets) copy(path.join('node_modules', '@uwsjs'));

const linked = path.join(folder, 'node_modules', '@parley');
const needed = readdirSync(linked).map((name) =>
  path.relative(realpathSync(folder), realpathSync(path.join(linked, name))),
);
for (const manifest of manifests) {
  const home = path.dirname(manifest);
  if (needed.includes(home)) copy(path.join(home, 'dist'));
}
writeFileSync(path.join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom(), null, 1)}\n`);
for (const home of manifests.map((file) => path.dirname(file))) {
  if (!needed.includes(home)) rmSync(path.join(folder, home), { recursive: true });
}
for (const file of files) copy(file);
cpSync('deploy/docker/healthcheck.mjs', path.join(folder, 'healthcheck.mjs'));
for (const file of globSync('**/*.{d.ts,map,tsbuildinfo}', { cwd: folder })) rmSync(path.join(folder, file));

function copy(file) {
  if (existsSync(file)) cpSync(file, path.join(folder, file), { recursive: true });
}

/** What was installed, as npm has noted it: CycloneDX 1.5. */
function sbom() {
  const noted = (home) =>
    Object.entries(
      JSON.parse(readFileSync(path.join(home, 'node_modules', '.package-lock.json'), 'utf8')).packages,
    );
  const installed = [
    ...noted(folder),
    ...(sockets ? noted('.').filter(([place]) => place.startsWith('node_modules/@uwsjs/')) : []),
  ];
  const { name, version } = JSON.parse(readFileSync(path.join(workspace, 'package.json'), 'utf8'));
  const components = installed
    .filter(([, { link }]) => !link)
    .map(([place, one]) => componentOf(one.name ?? place.split('node_modules/').at(-1), one));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', name, version } },
    components,
  };
}

function componentOf(name, { version, integrity, license }) {
  const [algorithm, digest] = (integrity ?? '').split('-');
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(license && { licenses: [{ license: { name: license } }] }),
    ...(algorithm === 'sha512' && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    }),
  };
}
