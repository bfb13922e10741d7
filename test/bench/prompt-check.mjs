// Precision and recall of each rule of `unspool prompt check` on the prompts in fixtures/prompts, and with FILE … the
// findings in other prompts: lines of JSON with `turns` or `text`, or a prompt a file.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadEncodings } from '../../dist/backends/counting/gpt-tokenizer.js';
import { TextCounter } from '../../dist/engine/counting/text-counter.js';
import { checkPrompt } from '../../dist/prompting/check/check.js';
import { readPromptFile } from '../../dist/prompting/check/prompt-file.js';
import { rules } from '../../dist/prompting/check/rules/rules.js';

const folder = fileURLToPath(new URL('../../fixtures/prompts/', import.meta.url));
const counter = new TextCounter(await loadEncodings(['o200k_base']));
const countTokens = (text) => counter.count(text, false).tokens[0];
const check = (text, name, family) => checkPrompt(readPromptFile(text, name), rules, { family, countTokens });

const files = process.argv.slice(2);
if (files.length === 0) printFixtures();
else files.forEach(printFindings);

function printFixtures() {
  const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'));
  const counts = new Map(rules.map(({ id }) => [id, { expected: 0, found: 0, right: 0, clean: 0 }]));
  for (const [name, { family, findings }] of Object.entries(expected)) {
    const found = check(readFileSync(`${folder}${name}`, 'utf8'), name, family);
    const meets = (a, b) => a.rule === b.rule && a.lines[0] <= b.lines[1] && b.lines[0] <= a.lines[1];
    for (const each of findings) {
      const count = counts.get(each.rule);
      count.expected += 1;
      if (found.some((other) => meets(each, other))) count.right += 1;
      else console.log(`missed: ${name}:${each.lines.join('-')}: ${each.rule}`);
    }
    for (const each of found) {
      const count = counts.get(each.rule);
      if (findings.some((other) => meets(each, other))) count.found += 1;
      else {
        console.log(`not expected: ${name}:${each.lines.join('-')}: ${each.rule}: ${each.reason}`);
        count.clean += 1;
      }
    }
  }
  const share = (part, all) => (all === 0 ? '   -' : (part / all).toFixed(2).padStart(4));
  console.log('rule                      expected  found  precision  recall');
  for (const [id, { expected, found, right, clean }] of counts) {
    const precision = share(found, found + clean);
    const row = [
      id.padEnd(24),
      String(expected).padStart(9),
      String(found + clean).padStart(6),
      precision.padStart(10),
    ];
    console.log(`${row.join(' ')} ${share(right, expected).padStart(7)}`);
  }
}

function printFindings(path) {
  const text = readFileSync(path, 'utf8');
  const prompts = path.endsWith('.jsonl') ? text.trim().split('\n').flatMap(promptsOf) : [text];
  let withFindings = 0;
  for (const [index, prompt] of prompts.entries()) {
    const found = check(prompt, path, undefined);
    if (found.length > 0) withFindings += 1;
    for (const { rule, lines, reason } of found)
      console.log(`${basename(path)}#${index + 1}:${lines[0]}: ${rule}: ${reason}`);
  }
  console.log(`${basename(path)}: ${withFindings} of ${prompts.length} prompts with findings`);
}

function promptsOf(line) {
  const { turns, text } = JSON.parse(line);
  return turns ?? [text];
}
