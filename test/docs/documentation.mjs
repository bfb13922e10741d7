// Keeps the texts in step with the code. Without arguments: checks. --write: brings them up to date.
//
// - man/*.1 are the manual pages of the command tree, man/*.7 those made from man/*.7.md.
// - src/reporters/events.schema.json is made from the types of events; unspool-json(7) lists them.
// - In README.md and man/*.7.md, each console block whose command starts with "unspool" is run, and its output compared
//   (figures within a part in a thousand, because processors differ in the last digits; times and rates are not
//   compared).
// - The files that src/README.md names are there.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { guides, manualPages } from '../../dist/cli/manual.js';
import { createProgram } from '../../dist/cli/program.js';
import { commands } from '../../dist/commands/commands.js';
import { withEvents } from './events.mjs';
import { guidePage } from './guide.mjs';
import { eventSchema } from './schema.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const write = process.argv.includes('--write');
const problems = [];

const { version, exports } = JSON.parse(read('package.json'));
const program = createProgram(version, commands, () => Promise.resolve());
const pages = manualPages(program, version);
const files = [];

const schemaFile = exports['./events.schema.json'].replace('./', '');
const schemaText = eventSchema(root);
const schema = JSON.parse(schemaText);
update(schemaFile, schemaText);

for (const { name, text } of pages) update(`man/${name}.1`, text);
for (const name of Object.keys(guides)) {
  const file = `man/${name}.7.md`;
  const source = withOutputs(file, await withEvents(file, schema, read(file)));
  update(file, source);
  update(`man/${name}.7`, await guidePage(name, version, source));
}
for (const file of readdirSync(`${root}man`)) {
  if (!files.includes(`man/${file}`)) problems.push(`man/${file} belongs to no page`);
}
update('README.md', withOutputs('README.md', read('README.md')));
for (const [, path] of read('src/README.md').matchAll(/`([\w-]+\/[\w/-]+(?:\.ts)?\/?)`/g)) {
  if (!existsSync(`${root}src/${path}`)) problems.push(`src/README.md: there is no src/${path}`);
}

if (write) console.log('documentation written');
else if (problems.length === 0) console.log('documentation is up to date');
else {
  console.error(`${problems.join('\n')}\nrun: npm run docs`);
  process.exitCode = 1;
}

function read(file) {
  return readFileSync(`${root}${file}`, 'utf8');
}

function update(file, text) {
  files.push(file);
  if (existsSync(`${root}${file}`) && read(file) === text) return;
  if (write) writeFileSync(`${root}${file}`, text);
  else problems.push(`${file} is out of date`);
}

/** The text with what its commands print now, where that has changed. */
function withOutputs(file, text) {
  return text.replace(/```console\n\$ (unspool [^\n]*)\n([\s\S]*?)```/g, (block, command, shown) => {
    const output = run(command);
    if (agree(shown, output)) return block;
    if (write) return `\`\`\`console\n$ ${command}\n${output}\`\`\``;
    problems.push(`${file}: the output of "${command}" has changed:\n${output}`);
    return block;
  });
}

/** Standard output and error of a command, run in the package's folder. Findings are no failure. */
function run(command) {
  const line = `{ ${command.replaceAll(/\bunspool\b(?= )/g, 'node bin/unspool.js')}; } 2>&1 || test $? -eq 3`;
  const output = execFileSync('bash', ['-c', line], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, UNSPOOL_THREADS: '1', UNSPOOL_CONFIG: '' },
  });
  return output.replaceAll(/ +$/gm, '');
}

/** Equal words, and numbers that differ by less than a thousandth. */
function agree(shown, output) {
  // Numbers inside a word, such as a policy, are part of it.
  const [left, right] = [shown, output].map((text) =>
    mask(text).split(/((?<![\w+/.]|\w:)\d[\d,]*(?:\.\d+)?(?![\w:+/]))/),
  );
  return (
    left.length === right.length && left.every((part, index) => part === right[index] || close(part, right[index]))
  );
}

/** Within a part in a thousand, or one in the last digit shown. */
function close(a, b) {
  const [left, right] = [a, b].map((text) => Number(text.replaceAll(',', '')));
  const lastDigit = 10 ** -(a.split('.')[1]?.length ?? 0);
  return Math.abs(left - right) <= Math.max(1e-3 * Math.abs(left), 1.001 * lastDigit);
}

/** Hides what no two runs share. */
function mask(text) {
  return text
    .replaceAll(/^.*: about \d+ (?:seconds|minutes)\n/gm, '')
    .replaceAll(/\d+:\d\d(?::\d\d)?/g, 'TIME')
    .replaceAll(/[\d,]+ tokens\/s/g, 'RATE')
    .replaceAll(/[\d.]+ [kMG]B/g, 'SIZE')
    .replaceAll(/[\d.]+ m?s\b/g, 'TIME')
    .replaceAll(/ +/g, ' ');
}
