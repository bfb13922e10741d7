// Compares two recordings: node test/recorder/compare.mjs OUT1 OUT2

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [one, other] = process.argv.slice(2).map((path) => resolve(path));
if (other === undefined) throw new Error('usage: node test/recorder/compare.mjs OUT1 OUT2');

const longestDiff = 40;
const names = [...new Set([...readdirSync(one), ...readdirSync(other)])].sort();
const differing = names.filter((name) => {
  const paths = [join(one, name), join(other, name)];
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.log(`${name}: not in ${missing.slice(0, -name.length)}`);
    return true;
  }
  if (readFileSync(paths[0]).equals(readFileSync(paths[1]))) return false;
  const { stdout } = spawnSync('diff', ['-U1', ...paths], { encoding: 'utf8' });
  // Without the names of both files.
  const lines = stdout.trimEnd().split('\n').slice(2);
  console.log(`${name}:\n${lines.slice(0, longestDiff).join('\n')}`);
  if (lines.length > longestDiff) console.log(`and ${lines.length - longestDiff} lines more`);
  return true;
});
console.log(`${names.length} commands, ${differing.length} differ`);
if (differing.length > 0) process.exitCode = 1;
