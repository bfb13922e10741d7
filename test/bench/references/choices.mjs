// Checks choices against a calculation of its own, choices.py, and records figures for the tests.
//
//   GGUF_PY=llama.cpp/gguf-py node choices.mjs [COMMONSENSEQA.jsonl]
//
// Without a file, writes fixtures/expected/choices.json: the multi-hop task. With one, says how far its first 100 items are from it.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openModel } from '../../../dist/backends/local/open-model.js';
import { openDocument } from '../../../dist/documents/open.js';
import { evaluateExample } from '../../../dist/evaluation/pauses/evaluate.js';
import { endingOf, layoutOf } from '../../../dist/evaluation/pauses/layout.js';
import { generatedTask } from '../../../dist/evaluation/tasks/generated.js';
import { jsonTask, usualFields } from '../../../dist/evaluation/tasks/json-task.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const path = `${root}fixtures/models/base/base.gguf`;
const [file] = process.argv.slice(2);
const format = { fields: usualFields, preset: 'commonsenseqa', marker: '' };
const task = file === undefined ? generatedTask('multi-hop', 0) : jsonTask(openDocument(file), format);
const count = file === undefined ? 20 : 100;

const model = await openModel({ path, threads: 1 });
const backend = await model.createBackend(256, 256);
const conditions = {
  pause: Int32Array.of(3),
  pauses: [0],
  places: ['append'],
  thinking: ['none'],
  by: 'sum',
  answerTokens: { none: 1, aloud: 1 },
};
const [ours, items, rights] = [[], [], []];
for await (const example of task.examples()) {
  if (rights.length === count) break;
  const limits = { capacity: 256, batch: 256 };
  const { results } = await evaluateExample(example, { backend, limits, conditions, now: () => 0 });
  ours.push(results[0].logProbabilities);
  rights.push(example.question.right);
  const { before } = await layoutOf(example, 'append', backend.vocabulary);
  for (const { tokens } of (await endingOf(example, backend.vocabulary)).continuations) {
    items.push(JSON.stringify({ tokens: [...before, ...tokens], from: before.length }));
  }
}
await model.dispose();

const script = fileURLToPath(new URL('choices.py', import.meta.url));
const lines = execFileSync('python3', [script, path], { input: items.join('\n'), encoding: 'utf8' })
  .trim()
  .split('\n');
const theirs = ours.map((choices) => choices.map(() => -Number(lines.shift())));
const differences = ours.flatMap((choices, item) =>
  choices.map((value, index) => Math.abs(value - theirs[item][index])),
);
const largest = (values) => values.indexOf(Math.max(...values));
const accuracy = (all) => all.filter((choices, item) => largest(choices) === rights[item]).length / rights.length;
console.log({
  items: rights.length,
  choices: differences.length,
  largestDifference: Math.max(...differences),
  sameChoice: ours.filter((choices, item) => largest(choices) === largest(theirs[item])).length,
  accuracy: [accuracy(ours), accuracy(theirs)],
});
if (file === undefined) {
  const note = 'log-probabilities of the choices of multi-hop, seed 0, by test/bench/references/choices.py';
  writeFileSync(`${root}fixtures/expected/choices.json`, `${JSON.stringify({ note, items: theirs }, null, 1)}\n`);
}
