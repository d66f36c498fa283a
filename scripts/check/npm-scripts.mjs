/** What a POSIX shell understands and cmd.exe does not (or the other way round). */
const unsafe = [
  [/'/, 'single quotes'],
  [/[$`]/, 'shell expansion'],
  [/;/, 'a semicolon'],
  [/(^|&&|\|\|)\s*\w+=/, 'VAR=x before a command'],
  [/(^|\s)&(\s|$)/, 'a background command'],
  [/[*?[\]](?=[\w./*-]*(\s|$))/, 'an unquoted glob'],
  [
    /(^|[\s&|])(bash|sh|rm|cp|mv|mkdir|cat|grep|sed|export|touch|true|false|which|sleep|kill)(\s|$)/,
    'a Unix command',
  ],
  [/(^|\s)\.{0,2}\/[\w./-]*\.sh\b/, 'a shell script'],
];

/** Complaints about npm scripts that would not run under cmd.exe. */
export function unsafeScripts(manifests) {
  return manifests.flatMap(({ file, manifest }) =>
    Object.entries(manifest.scripts ?? {}).flatMap(([name, command]) =>
      unsafe
        .filter(([pattern]) => pattern.test(command))
        .map(([, why]) => `${file}: script "${name}" has ${why}, which cmd.exe does not run: ${command}`),
    ),
  );
}
