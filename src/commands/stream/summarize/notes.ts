// The notes of a run of --summarize, answer by answer, in a file that a later run goes on from.

import { createHash } from 'node:crypto';
import type { DocumentLabel, LineRange } from '../../../engine/events/events.js';
import { UnspoolError } from '../../../errors.js';
import type { KeptAnswers, SummaryQuestion } from '../../../memory/summary/kept-answers.js';
import { openRunFile, type RunIdentity } from '../../run/run-file.js';

/** A line of the file. */
interface KeptAnswerLine {
  /** Index of the document. */
  readonly document: number;
  readonly for: SummaryQuestion['for'];
  readonly lines: LineRange;
  /** A digest of all that the model was given: of the passage's text too. */
  readonly asked: string;
  readonly text: string;
}

export interface NotesFile {
  answersFor(document: DocumentLabel): KeptAnswers;
}

/** Throws an `UnspoolError` for a file of another run. */
export function openNotes(path: string, identity: RunIdentity): NotesFile {
  const file = openRunFile(path, identity, { noun: 'notes', command: 'unspool stream --summarize', mark: 'words' });
  const known = new Map<number, Map<string, string>>();
  for (const line of file.lines) {
    const answer = line as KeptAnswerLine | undefined;
    if (answer?.asked === undefined) continue;
    const ofDocument = known.get(answer.document) ?? new Map<string, string>();
    known.set(answer.document, ofDocument.set(answer.asked, answer.text));
  }
  return {
    answersFor({ index, name }) {
      const answers = known.get(index) ?? new Map<string, string>();
      let found = 0;
      return {
        find(question) {
          const text = answers.get(digestOf(question));
          if (text === undefined && found < answers.size) throw otherText(path, name, question);
          found += 1;
          return text;
        },
        add(question, text) {
          const { for: purpose, lines } = question;
          const answer: KeptAnswerLine = { document: index, for: purpose, lines, asked: digestOf(question), text };
          file.add(answer);
        },
      };
    },
  };
}

function digestOf({ messages, maxTokens }: SummaryQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([messages, maxTokens]))
    .digest('hex');
}

/** The questions follow from the text, all else being the same. */
function otherText(path: string, name: string, { lines }: SummaryQuestion): UnspoolError {
  const message = `${path}: is of another text: ${name} differs in lines ${lines.join('-')}`;
  return new UnspoolError('other-notes', message, 'give the same document, or --resume another file');
}
