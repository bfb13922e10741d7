// Evidence for people: what documents say to each question, with where it stands, and what a model answers from it; and
// what was read for it.

import type {
  Answer,
  DocumentEnd,
  Embedded,
  Evidence,
  LineRange,
  ModelSummary,
  Question,
  Recalled,
  RunEnd,
  RunEvent,
} from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import type { TaskView } from '../../run/task-view.js';
import {
  byteSize,
  chapterNote,
  countWithNoun,
  duration,
  endings,
  groupDigits,
  printable,
} from '../../../reporters/format.js';
import { machineOf } from '../../../reporters/account.js';
import { lineReference } from '../line-reference.js';

/** `questions`: how many there are; several get a heading each. */
export function evidenceReporter(write: (text: string) => void, questions: number): Reporter {
  const logs = new Set<number>();
  /** What the lines of the last evidence belong to. */
  let last: Question['index'] | undefined;
  const head = ({ index, text }: Question): void => {
    if (questions > 1 && index !== last) write(`${index > 0 ? '\n' : ''}# ${printable(text)}\n`);
  };
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'document-end':
          if (event.readAs === 'log') logs.add(event.document.index);
          break;
        case 'evidence':
          head(event.question);
          if (!logs.has(event.document.index)) write(paragraph(event));
          else write(`${event.question.index === last ? '--\n' : ''}${records(event)}`);
          last = event.question.index;
          break;
        case 'not-found':
          head(event.question);
          write(questions > 1 ? 'Not found.\n' : 'Not found in what was read.\n');
          last = event.question.index;
          break;
        case 'answer':
          write(answerText(event));
          break;
        default:
          break;
      }
    },
    close: () => undefined,
  };
}

/** Set off from what documents say, with how much the answer hangs on each of its citations. */
function answerText({ text, found, citations }: Answer): string {
  const head = found && citations.length === 0 ? 'Answer, which cites nothing' : 'Answer';
  const strengths = citations.flatMap(({ document, lines, natsWithout }) =>
    natsWithout === null
      ? []
      : [`  ${lineReference(document.name, lines)}: ${natsWithout.toFixed(1)} nats less likely without it\n`],
  );
  return `\n${head}: ${inLine(text)}\n${strengths.join('')}`;
}

/** In one line, as passages are printed. */
function paragraph({ document, lines, text, chapter }: Evidence): string {
  return `${lineReference(document.name, lines)}:${inLine(text)}${chapterNote(chapter)}\n`;
}

function inLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

/** Each line by itself, as grep prints context. */
function records({ document, lines: [first], text }: Evidence): string {
  return text
    .split('\n')
    .map(
      (line, index) => `${lineReference(document.name, [first + index, first + index] satisfies LineRange)}:${line}\n`,
    )
    .join('');
}

/** What was read, and what was recalled of it, on standard error. */
export function recallAccount(write: (text: string) => void): Reporter {
  let spans = 0;
  let model: ModelSummary | null = null;
  let embedding: Embedded | undefined;
  /** What was recalled is told once all of it is there. */
  const recalls: string[] = [];
  return {
    handle(event: RunEvent) {
      switch (event.event) {
        case 'run-start':
          ({ model } = event);
          break;
        case 'document-end':
          if (event.account.bytes > 0 || event.error === null) write(documentLine(event));
          break;
        case 'embedded':
          embedding = event;
          break;
        case 'recalled':
          spans = event.of;
          recalls.push(recallLine(event));
          break;
        case 'answer':
          recalls.push(answering(event));
          break;
        case 'run-end':
          if (event.status !== 'failed' || event.account.bytes > 0) {
            const machine =
              model !== null ? machineOf(model) : embedding === undefined ? 'no model' : 'no model answers';
            const took = embedding === undefined ? '' : embeddingLine(embedding);
            write(recalls.join('') + took + runLine(event, spans, machine));
          }
          break;
        default:
          break;
      }
    },
    close: () => undefined,
  };
}

function documentLine({ document, account, ended, readAs }: DocumentEnd): string {
  const { bytes, lines, controlCharacters, invalidBytes } = account;
  const parts = [
    `${printable(document.name)}: ${countWithNoun(bytes, 'byte')}, ${countWithNoun(lines, 'line')}${endings[ended]}`,
    ...(readAs === undefined ? [] : [`read as ${readAs === 'log' ? 'a log' : 'prose'}`]),
    ...(controlCharacters > 0 ? [`${countWithNoun(controlCharacters, 'control character')} removed`] : []),
    ...(invalidBytes > 0 ? [`${countWithNoun(invalidBytes, 'invalid byte')} replaced by U+FFFD`] : []),
  ];
  return `${parts.join('\n  ')}\n`;
}

function embeddingLine({ model: { name, dimensions }, spans, vectors, cut, bytes, seconds }: Embedded): string {
  const short = cut === 0 ? '' : `, ${countWithNoun(cut, 'piece')} cut to what it reads`;
  return (
    `${printable(name)}: ${countWithNoun(spans, 'span')} embedded in ${duration(seconds)}${short}; ` +
    `${countWithNoun(vectors, 'vector')} of ${countWithNoun(dimensions, 'number')}, ${byteSize(bytes)} on disk\n`
  );
}

function recallLine({ question, spans, bytes, of, byMeaning = 0, unknownWords }: Recalled): string {
  const found = spans === 0 ? 'nothing' : `${groupDigits(spans)} of ${countWithNoun(of, 'span')} (${byteSize(bytes)})`;
  const unknown = unknownWords.map((word) => `"${printable(word)}"`).join(', ');
  const missing = unknownWords.length === 0 ? '' : `; nowhere: ${unknown}`;
  const others = byMeaning === 0 ? '' : `, ${groupDigits(byMeaning)} of them for their meaning`;
  return `"${printable(question.text)}": recalled ${found}${others}${missing}\n`;
}

function answering({ citations, removed, spans, tokens }: Answer): string {
  const { prompt, reasoning, answer, scored } = tokens;
  const left = removed === 0 ? '' : `; ${countWithNoun(removed, 'citation')} of nothing in it left out`;
  const reasoned = reasoning === 0 ? '' : ` and ${groupDigits(reasoning)} of reasoning`;
  const weighed = scored === 0 ? '' : `, ${groupDigits(scored)} scored to weigh citations`;
  return (
    `  answered from ${countWithNoun(spans, 'span')}, ${countWithNoun(citations.length, 'span')} cited${left}; ` +
    `${countWithNoun(prompt, 'token')} read, ${groupDigits(answer)} written${reasoned}${weighed}\n`
  );
}

function runLine({ status, account, seconds, peakMemoryBytes }: RunEnd, spans: number, machine: string): string {
  const state = status === 'interrupted' ? 'interrupted after' : 'in';
  const rate = account.bytes / Math.max(seconds, 1e-3);
  return (
    `${machine}: ${countWithNoun(spans, 'span')} indexed, ${byteSize(account.bytes)} ${state} ${duration(seconds)} ` +
    `(${byteSize(rate)}/s), peak memory ${byteSize(peakMemoryBytes)}\n`
  );
}

/** `questions`: how many there are. `model`: whether one is loaded first. */
export function evidenceView(questions: number, model: boolean): TaskView {
  return {
    results: (write) => evidenceReporter(write, questions),
    account: recallAccount,
    ...(!model && { opening: 'reading' }),
  };
}
