// A BM25 index over spans of text, on disk: SQLite's FTS5, in WebAssembly. It holds no text, only words and places.

import { join } from 'node:path';
import sqlite, { type Database, type Statement } from 'node-sqlite3-wasm';
import type { UnspoolError } from '../../errors.js';
import { cannotKeep } from '../../files/temporary-file.js';
import { searchable } from '../words/search-words.js';

/** What is kept of a span, in numbers. */
export type Numbers = Readonly<Record<(typeof columns)[number], number>>;

/** A span that was found. */
export interface Hit extends Numbers {
  /** Of spans, in the order in which they were added, from 1. */
  readonly id: number;
  /** Higher is better. */
  readonly score: number;
}

const columns = ['document', 'byte', 'endByte', 'line', 'endLine', 'isCopy', 'offset', 'size', 'checksum'] as const;

/** Spans whose scores are looked at; the best of them are returned. */
const candidates = 200;
/** What a span gains of the scores of its neighbours: an answer often stands beside the words of its question (the gain is
 * measured in test/bench/recall.mjs). */
const neighbourWeight = 0.3;

/** Memory for parts of the index, in KiB: a bound, whatever the text. */
const cacheKilobytes = 16_384;

/**
 * Words are folded to lower case without diacritics, and cut to their stems (Porter 1980). The rank is BM25 with k1 = 1.2
 * and b = 0.75 (Robertson and Zaragoza 2009), as FTS5 has it.
 */
const schema = `
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -${cacheKilobytes};
  CREATE VIRTUAL TABLE words USING fts5(text, content = '', tokenize = 'porter unicode61 remove_diacritics 2');
  CREATE TABLE spans (id INTEGER PRIMARY KEY, ${columns.map((name) => `${name} INTEGER`).join(', ')});
  BEGIN;`;

export class SpanIndex {
  readonly #database: Database;
  readonly #addWords: Statement;
  readonly #addSpan: Statement;
  #spans = 0;
  #failure: UnspoolError | undefined;

  /** The file in `folder` is open from then on, and its name is not needed again. */
  constructor(folder: string) {
    this.#database = new sqlite.Database(join(folder, 'index'));
    this.#database.exec(schema);
    this.#addWords = this.#database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
    const values = ['id', ...columns];
    this.#addSpan = this.#database.prepare(
      `INSERT INTO spans (${values.join(', ')}) VALUES (${values.map(() => '?').join(', ')})`,
    );
  }

  /** How many there are. */
  get spans(): number {
    return this.#spans;
  }

  add(text: string, numbers: Numbers): void {
    this.#kept(() => {
      this.#addWords.run([this.#spans + 1, searchable(text)]);
      this.#addSpan.run([this.#spans + 1, ...columns.map((name) => numbers[name])]);
    });
    this.#spans += 1;
  }

  /** The best `most` spans that hold any of the words, the best first; of equal ones, the earlier. */
  search(words: readonly string[], most: number): Hit[] {
    if (words.length === 0) return [];
    const query = [words.map(quoted).join(' OR '), Math.max(candidates, most)];
    const found = this.#all<Hit>(
      `SELECT id, -rank AS score, ${columns.join(', ')} FROM (
         SELECT rowid AS id, rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?
       ) JOIN spans USING (id)`,
      query,
    );
    const byId = new Map(found.map((hit) => [hit.id, hit]));
    const gain = ({ id, document }: Hit, step: 1 | -1): number => {
      const neighbour = byId.get(id + step);
      return neighbour?.document === document ? neighbourWeight * neighbour.score : 0;
    };
    return found
      .map((hit) => ({ ...hit, score: hit.score + gain(hit, -1) + gain(hit, 1) }))
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, most);
  }

  /** What is kept of a span; undefined where there is none of that number. */
  numbersOf(id: number): Numbers | undefined {
    return this.#all<Numbers>(`SELECT ${columns.join(', ')} FROM spans WHERE id = ?`, [id])[0];
  }

  /** Whether any span holds a word. */
  holds(word: string): boolean {
    return this.#all('SELECT rowid FROM words WHERE words MATCH ? LIMIT 1', [quoted(word)]).length > 0;
  }

  dispose(): void {
    for (const statement of [this.#addWords, this.#addSpan]) {
      this.#end(() => {
        statement.finalize();
      });
    }
    this.#end(() => {
      this.#database.close();
    });
  }

  /** What failed before fails again, and is told already. */
  #end(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#failure === undefined) throw error;
    }
  }

  #all<Row>(query: string, values: (string | number)[]): Row[] {
    return this.#kept(() => this.#database.all(query, values)) as unknown as Row[];
  }

  /** Also a query may write, what was held in memory until then. What failed once is not to be relied on. */
  #kept<Result>(work: () => Result): Result {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return work();
    } catch (error) {
      this.#failure = cannotKeep(error, 'the index');
      throw this.#failure;
    }
  }
}

/** A string of FTS5's query language, which no word can leave. */
function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
