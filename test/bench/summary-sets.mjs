// Sets of documents with summaries that people wrote, as the benches of the digest read them.
//
// import { summarySet } from './summary-sets.mjs';      summarySet(file) -> [{ text, references }]
//
// JSON lines of four kinds, told apart by their fields: L-Eval ({ input, instructions, outputs }: the first output, or
// what is asked of the whole meeting; an input that came before is left out), SQuALITY ({ document, questions }: the
// first question), QMSum ({ meeting_transcripts, general_query_list }) and BillSum ({ document, summary }).

import { readFileSync } from 'node:fs';

/** How L-Eval asks for a summary of all of a meeting. */
const ofWholeMeeting =
  /^(?:summarize the (?:whole )?meeting|what was the meeting about|what were the main discussion)/i;

export function summarySet(file) {
  const texts = new Set();
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => documentOf(JSON.parse(line)))
    .filter(({ text }) => !texts.has(text) && texts.add(text));
}

function documentOf(entry) {
  if (entry.outputs !== undefined) {
    const whole = entry.instructions.findIndex((instruction) => ofWholeMeeting.test(instruction));
    return { text: entry.input, references: [entry.outputs[Math.max(0, whole)]] };
  }
  if (entry.questions !== undefined) {
    return { text: entry.document, references: entry.questions[0].responses.map((response) => response.response_text) };
  }
  if (entry.meeting_transcripts !== undefined) {
    const turns = entry.meeting_transcripts.map(({ speaker, content }) => `${speaker}: ${content}`);
    return { text: turns.join('\n'), references: [entry.general_query_list[0].answer] };
  }
  return { text: entry.document, references: [entry.summary] };
}
