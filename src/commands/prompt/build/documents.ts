// The documents of a prompt, read once: as they are while there is room, and indexed for what does not fit.

import { KeptText } from '../../../documents/input/kept-text.js';
import type { ExtractionOptions } from '../../../documents/open.js';
import { inNameless } from '../../../files/temporary-file.js';
import type { Account, DocumentLabel } from '../../../engine/events/events.js';
import { nothingToScore } from '../../../engine/run.js';
import type { UnspoolError } from '../../../errors.js';
import type { CitedSpan } from '../../../memory/recall/cited-spans.js';
import { Digest } from '../../../memory/digest.js';
import { Recall } from '../../../memory/recall/recall.js';
import { SpanIndex } from '../../../memory/recall/span-index.js';
import type { PromptPassage } from '../../../prompting/building/excerpts.js';
import type { InputSource } from '../../options/reading.js';
import type { Session } from '../../run/session.js';
import { DocumentReader, type SourceDocument } from '../../stream/ask/document-reader.js';

export interface IndexedDocument {
  readonly label: DocumentLabel;
  readonly lines: number;
  /** Ordinals of its spans, half-open. */
  readonly spans: readonly [from: number, to: number];
}

/** What reading a document came to. */
export interface ReadResult {
  readonly account: Account;
  /** Why it is not there to its end. */
  readonly failure: UnspoolError | undefined;
}

/** A span, and the document that it is from. */
export interface DocumentPassage extends PromptPassage {
  /** 0-based. */
  readonly document: number;
}

/** Passages that hold words of a question, the best first. */
export interface FoundPassages {
  readonly passages: readonly DocumentPassage[];
  /** Why some could not be read again. */
  readonly unread: readonly UnspoolError[];
  /** Words of the question that no passage holds. */
  readonly unknownWords: readonly string[];
}

/** Passages of a digest at most, where the question finds too little. */
const mostDigested = 40;

export class PromptDocuments {
  readonly documents: IndexedDocument[] = [];
  readonly #store = new KeptText();
  readonly #index: SpanIndex;
  readonly #recall: Recall<SourceDocument>;
  readonly #digest = new Digest<DocumentPassage>();
  readonly #mostHeld: number;
  #texts: string[] | undefined = [];
  #held = 0;

  private constructor(index: SpanIndex, mostHeld: number) {
    this.#index = index;
    this.#recall = new Recall<SourceDocument>(index, this.#store);
    this.#mostHeld = mostHeld;
  }

  /** `mostHeld`: code units of text that may be held in memory. The caller disposes of it. */
  static async open(mostHeld: number): Promise<PromptDocuments> {
    return new PromptDocuments(await inNameless('the index', (folder) => new SpanIndex(folder)), mostHeld);
  }

  async read(session: Session, source: InputSource, reading: ExtractionOptions): Promise<ReadResult> {
    const document = this.documents.length;
    const from = this.#recall.spans;
    const memory = {
      begin: (original: SourceDocument): void => {
        this.#recall.begin(original);
      },
      add: async (span: CitedSpan): Promise<void> => {
        const { text, lines } = span;
        this.#digest.add({ document, ordinal: this.#recall.spans, text, lines });
        await this.#recall.add(span);
      },
    };
    const parts: string[] = [];
    const hear = ({ text }: { readonly text: string }): void => {
      this.#held += text.length;
      if (this.#held <= this.#mostHeld) parts.push(text);
      else [this.#texts, parts.length] = [undefined, 0];
    };
    const request = { reading, limitBytes: undefined, as: undefined };
    const { account, failure } = await new DocumentReader(session, request, memory, source, document, hear).read();
    this.#texts?.push(parts.join(''));
    const label = { index: document, name: typeof source === 'string' ? source : '<stdin>' };
    this.documents.push({ label, lines: account.lines, spans: [from, this.#recall.spans] });
    const isRead = failure === undefined && !session.signal.aborted;
    if (isRead && this.#recall.spans === from) session.handle(nothingToScore(label));
    return { account, failure };
  }

  /** All of each document; undefined where that was too much to hold. */
  get texts(): readonly string[] | undefined {
    return this.#texts;
  }

  /** At most `most`; of passages that say the same, one. */
  async found(question: string, most: number): Promise<FoundPassages> {
    const { spans, failures: unread } = await this.#recall.recall(question, most);
    const byText = new Map(spans.toReversed().map((span) => [span.text, span]));
    const passages = spans.filter((span) => byText.get(span.text) === span);
    return {
      passages: passages.map(({ original, ordinal, text, lines }) => ({
        ...{ document: original.label.index, ordinal, text, lines },
      })),
      ...{ unread, unknownWords: this.#recall.unknownWords(question) },
    };
  }

  /** The most telling passages of all documents, apart from those that are there already. */
  telling(known: readonly DocumentPassage[]): readonly DocumentPassage[] {
    const texts = new Set(known.map(({ text }) => text));
    const chosen = this.#digest.choose(mostDigested).map(({ span }) => span);
    return chosen.filter(({ text }) => !texts.has(text));
  }

  async dispose(): Promise<void> {
    this.#index.dispose();
    await this.#store.dispose();
  }
}
