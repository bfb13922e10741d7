// Lint with types, and the rule of who may import whom.
import tseslint from 'typescript-eslint';

/** Folders that each folder of src/ may import from, beside itself. `errors.ts` is open to all. */
const mayImport = {
  files: [],
  engine: [],
  documents: ['engine', 'files'],
  memory: ['engine', 'files'],
  evaluation: ['engine', 'files'],
  prompting: ['engine', 'files'],
  backends: ['engine', 'files'],
  reporters: ['engine', 'files'],
  commands: ['engine', 'files', 'documents', 'memory', 'evaluation', 'prompting', 'backends', 'reporters'],
};
const folders = [...Object.keys(mayImport), 'cli'];

/** Packages that only one folder may import. */
const owned = [
  { packages: ['node-llama-cpp', 'koffi', 'gpt-tokenizer', 'openai'], folder: 'backends' },
  { packages: ['commander'], folder: 'cli' },
  { packages: ['cephes'], folder: 'evaluation' },
  { packages: ['node-sqlite3-wasm'], folder: 'memory' },
  { packages: ['chalk', 'ora', 'string-width', 'vega', 'vega-lite'], folder: 'reporters' },
  { packages: ['ink', 'react'], folder: 'reporters/tui' },
];

// What is said of a folder inside another one replaces what is said of that.
const importRules = [...folders, 'reporters/tui'].map((path) => {
  const [folder] = path.split('/');
  const forbidden =
    folder in mayImport ? folders.filter((other) => ![folder, ...mayImport[folder]].includes(other)) : [];
  const patterns = forbidden.map((other) => ({
    regex: `^(\\.\\./)+${other}/`,
    message: `${folder}/ may not import from ${other}/.`,
  }));
  if (folder !== 'cli') patterns.push({ regex: '^(\\.\\./)+main\\.js$', message: 'Nothing imports main.' });
  for (const { packages, folder: owner } of owned) {
    if (owner !== folder && owner !== path)
      patterns.push({
        group: packages.flatMap((name) => [name, `${name}/*`]),
        message: `Only ${owner}/ imports this.`,
      });
  }
  if (folder === 'engine') patterns.push({ regex: '^node:', message: 'engine/ does no input or output.' });
  // The rule knows static imports only; lazy ones obey the same patterns.
  const lazy = patterns.map(({ regex, group, message }) => {
    const source = regex ?? `^(${group.map((name) => name.replace('/*', '/.*')).join('|')})$`;
    return { selector: `ImportExpression > Literal[value=/${source.replaceAll('/', '\\u002F')}/]`, message };
  });
  return {
    files: [`src/${path}/**/*.{ts,tsx}`],
    rules: { 'no-restricted-imports': ['error', { patterns }], 'no-restricted-syntax': ['error', ...lazy] },
  };
});

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'fixtures/', '**/*.assembly.ts'] },
  {
    files: ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', '*.config.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './test/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
    },
  },
  ...importRules,
);
