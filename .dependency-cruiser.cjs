// Who may import whom, types and lazy imports included: the layers, the packages, and no circles.

/** Folders that each folder of src/ may import from, beside itself. `errors.ts` is open to all. */
const mayImport = {
  engine: [],
  files: [],
  documents: ['engine', 'files'],
  memory: ['engine', 'files'],
  evaluation: ['engine', 'files'],
  prompting: ['engine', 'files'],
  backends: ['engine', 'files'],
  reporters: ['engine', 'files'],
  cli: ['engine', 'files'],
  commands: ['engine', 'files', 'documents', 'memory', 'evaluation', 'prompting', 'backends', 'reporters', 'cli'],
};
const folders = Object.keys(mayImport);

/** Folders that may import a package; nobody else may. */
const packages = {
  cephes: ['evaluation', 'memory'],
  chalk: ['reporters', 'commands'],
  commander: ['cli', 'main.ts'],
  'fastest-levenshtein': ['backends', 'cli'],
  'gpt-tokenizer': ['backends'],
  htmlparser2: ['documents'],
  ink: ['reporters/tui'],
  'jsonc-parser': ['cli', 'prompting'],
  koffi: ['backends'],
  'node-llama-cpp': ['backends'],
  'node-sqlite3-wasm': ['memory'],
  openai: ['backends'],
  ora: ['reporters'],
  react: ['reporters/tui'],
  'string-width': ['reporters'],
  vega: ['reporters'],
  'vega-lite': ['reporters'],
  yauzl: ['documents'],
};

const forbidden = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbidden('no-circle', 'What imports each other is read, and changed, as one.', {}, { circular: true }),
    forbidden('resolvable', 'It is not there.', {}, { couldNotResolve: true, pathNot: '^webassembly:' }),
    forbidden('main-is-last', 'Nothing imports main.', {}, { path: '^src/main\\.ts$' }),
    forbidden(
      'engine-is-pure',
      'engine/ does no input or output.',
      { path: '^src/engine/' },
      { dependencyTypes: ['core'] },
    ),
    ...Object.entries(mayImport).map(([folder, others]) =>
      forbidden(
        `layer-${folder}`,
        `${folder}/ imports from ${others.length === 0 ? 'no other folder' : others.join(', ')}.`,
        { path: `^src/${folder}/` },
        { path: `^src/(?:${folders.filter((other) => ![folder, ...others].includes(other)).join('|')})/` },
      ),
    ),
    forbidden('layer-errors', 'errors.ts stands below all.', { path: '^src/errors\\.ts$' }, { path: '^src/' }),
    ...Object.entries(packages).map(([name, owners]) =>
      forbidden(
        `package-${name}`,
        `Only ${owners.join(' and ')} may import ${name}.`,
        { pathNot: `^src/(?:${owners.join('|').replaceAll('.', '\\.')})(?:/|$)` },
        { path: `(?:^|/)node_modules/(?:@types/)?${name}/` },
      ),
    ),
    forbidden(
      'package-known',
      'Say in .dependency-cruiser.cjs which folder may import it.',
      {},
      {
        path: '(?:^|/)node_modules/',
        pathNot: `(?:^|/)node_modules/(?:@types/)?(?:${Object.keys(packages).join('|')}|node)/`,
      },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.assembly\\.ts$' },
    enhancedResolveOptions: { conditionNames: ['types', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
