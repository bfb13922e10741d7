// Notes in a file: a run that was cut short goes on from them, and ends as one that was not.

import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNotes } from '../../../../src/commands/stream/summarize/notes.js';
import type { ChatMessage } from '../../../../src/engine/models/chat.js';
import type { Document, TextChunk } from '../../../../src/engine/document.js';
import type { DocumentEnd, RunEvent } from '../../../../src/engine/events/events.js';
import { UnspoolError } from '../../../../src/errors.js';
import { noAnswers } from '../../../../src/memory/summary/kept-answers.js';
import { summarizeDocument, type SummarizeRequest } from '../../../../src/memory/summary/summarizer.js';
import { summaryBudgets } from '../../../../src/memory/summary/budgets.js';
import { SummaryPrompts } from '../../../../src/prompting/instructions/summarizing.js';
import { isFor, scriptedChat, type ScriptedChat } from '../../../support/scripted-chat.js';

const folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));
const identity = { version: '1', context: 1024, words: 100 };
/** Long enough for notes of notes. */
const text = Array.from({ length: 1200 }, (_, day) => `On day ${day} the ship went on to the south, alone.\n`).join('');

function documentOf(content: string, failure?: UnspoolError): Document {
  const bytes = Buffer.byteLength(content);
  return {
    name: 'log.txt',
    progress: { bytes, totalBytes: bytes },
    async *chunks(): AsyncGenerator<TextChunk> {
      await Promise.resolve();
      const place = { byte: 0, endByte: bytes, line: 1 };
      yield { text: content, encoding: 'utf-8', ...place, invalidBytes: 0, controlCharacters: 0 };
      if (failure !== undefined) throw failure;
    },
  };
}

/** Answers with what depends on the question, until it is lost. */
function chatUntil(answers: number): ScriptedChat {
  let count = 0;
  return scriptedChat((messages: readonly ChatMessage[]) => {
    if ((count += 1) > answers) throw new UnspoolError('lost', 'the server is gone');
    const said = messages[1]?.text ?? '';
    const days = [...said.matchAll(/day (\d+)/g)].map(([, day]) => day ?? '');
    return `${isFor('summary', messages) ? 'All' : 'Then'} ${days.length} from day ${days[0] ?? ''}. ${'Rain. '.repeat(30)}`;
  }, 1024);
}

interface Told {
  readonly results: readonly RunEvent[];
  readonly progress: readonly RunEvent[];
  readonly end: DocumentEnd | undefined;
}

async function run(chat: ScriptedChat, more: Partial<SummarizeRequest> = {}): Promise<Told> {
  const wish = { words: 100, focus: undefined, format: 'text' } as const;
  const request = {
    ...{ chat, document: documentOf(text), label: { index: 0, name: 'log.txt' }, kept: noAnswers },
    ...{ wording: new SummaryPrompts(wish, 60), budgets: summaryBudgets(1024, 250, wish.words) },
    ...{ maxReasoningTokens: 0, signal: new AbortController().signal },
    ...more,
  };
  const events: RunEvent[] = [];
  for await (const event of summarizeDocument(request)) events.push(event);
  return {
    results: events.filter(({ event }) => event === 'note' || event === 'summary'),
    progress: events.filter(({ event }) => event === 'progress'),
    end: events.find((event): event is DocumentEnd => event.event === 'document-end'),
  };
}

const keptIn = (path: string, index = 0): Pick<SummarizeRequest, 'kept'> => ({
  kept: openNotes(path, identity).answersFor({ index, name: 'log.txt' }),
});

describe('notes in a file', () => {
  it('let a run go on from any answer, and end as one run would', async () => {
    const whole = chatUntil(Infinity);
    const expected = await run(whole);
    const { length: answers } = whole.asked;
    expect(expected.end?.noteTaking?.merges).toBeGreaterThan(1);
    for (let cut = 0; cut <= answers; cut += 1) {
      const path = join(folder, `cut-${cut}.jsonl`);
      const first = await run(chatUntil(cut), keptIn(path));
      expect(first.end?.ended).toBe(cut < answers ? 'failed' : 'end');
      // As a kill in the middle of writing leaves it.
      appendFileSync(path, '{"document":0,"for":"no');
      const chat = chatUntil(Infinity);
      const second = await run(chat, keptIn(path));
      expect(second.results).toEqual(expected.results);
      expect(chat.asked).toEqual(whole.asked.slice(cut));
      const { end } = second;
      expect(end?.noteTaking?.evaluated).toBe(chat.evaluated());
      expect(end?.noteTaking?.passages).toBe(expected.end?.noteTaking?.passages);
      const { read, evicted, skipped } = end?.account.tokens ?? { read: 0, evicted: 0, skipped: 0 };
      expect([read, evicted + skipped]).toEqual([expected.end?.account.tokens.read, read]);
      expect(second.progress.filter((event) => 'resumed' in event)).toHaveLength(end?.noteTaking?.resumed ?? -1);
      expect(skipped === 0).toBe(end?.noteTaking?.resumed === 0);
    }
  });

  it('are those of each document apart', async () => {
    const path = join(folder, 'two.jsonl');
    await run(chatUntil(3), keptIn(path, 1));
    const chat = chatUntil(Infinity);
    expect((await run(chat, keptIn(path, 0))).end?.noteTaking?.resumed).toBe(0);
    expect((await run(chat, keptIn(path, 1))).end?.noteTaking?.resumed).toBe(3);
  });

  it('are not kept of where a document could not be read on', async () => {
    const path = join(folder, 'unread.jsonl');
    const document = documentOf(text.slice(0, 9999), new UnspoolError('unreadable', 'the disk is gone'));
    const first = await run(chatUntil(Infinity), { document, ...keptIn(path) });
    expect(first.end?.error).toMatchObject({ code: 'unreadable' });
    const [second, whole] = [await run(chatUntil(Infinity), keptIn(path)), await run(chatUntil(Infinity))];
    expect(second.end?.error).toBeNull();
    expect(second.results).toEqual(whole.results);
    // It has notes of more than can be read now.
    const third = await run(chatUntil(Infinity), { document, ...keptIn(path) });
    expect(third.end?.error).toMatchObject({ code: 'unreadable' });
    expect(third.results).toEqual(first.results);
  });

  it('give way to an interruption before the run has come to their end', async () => {
    const path = join(folder, 'interrupted.jsonl');
    await run(chatUntil(6), keptIn(path));
    const abort = new AbortController();
    const { kept } = keptIn(path);
    const find: typeof kept.find = (question) => {
      if (question.lines[0] > 1) abort.abort();
      return kept.find(question);
    };
    const { end, results } = await run(chatUntil(0), { kept: { ...kept, find }, signal: abort.signal });
    expect(end).toMatchObject({ ended: 'interrupted', error: null, noteTaking: { passages: 2, resumed: 2 } });
    expect(results.at(-1)).toMatchObject({ event: 'summary', kind: 'notes' });
  });

  it('are refused for another text, from where it differs, and stay as they are', async () => {
    const path = join(folder, 'changed.jsonl');
    await run(chatUntil(4), keptIn(path));
    const before = readFileSync(path, 'utf8');
    const chat = chatUntil(Infinity);
    for (const [day, error] of [
      ['day 0 ', /changed\.jsonl: is of another text: log\.txt differs in lines 1-\d+$/],
      ['day 60 ', /changed\.jsonl: is of another text: log\.txt differs in lines (?!1-)\d+-\d+$/],
    ] as const) {
      const document = documentOf(text.replace(day, day.toUpperCase()));
      const { end } = await run(chat, { document, ...keptIn(path) });
      expect(end?.ended).toBe('failed');
      expect(end?.error).toMatchObject({ code: 'other-notes', message: expect.stringMatching(error) as string });
    }
    expect(chat.asked).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('are refused for another run, and where the file is no such file', () => {
    const path = join(folder, 'other.jsonl');
    openNotes(path, identity);
    expect(() => openNotes(path, { ...identity, words: 50 })).toThrow(`${path}: is of another run: words 100, not 50`);
    const hint = 'give --context 1024, or --resume another file';
    expect(() => openNotes(path, { ...identity, context: 2048 })).toThrow(expect.objectContaining({ hint }));
    for (const content of ['Call me Ishmael.\n', 'null\n', '', '{"pauses":[1]}\n']) {
      const novel = join(folder, 'novel.txt');
      writeFileSync(novel, content);
      expect(() => openNotes(novel, identity)).toThrow('holds no notes of unspool stream --summarize');
      expect(readFileSync(novel, 'utf8')).toBe(content);
    }
    expect(() => openNotes('/nowhere/notes.jsonl', identity)).toThrow('cannot be written: ENOENT');
  });
});
