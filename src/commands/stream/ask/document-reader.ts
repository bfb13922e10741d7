// Reads one document into the memory of a run that answers from it.

import { openDocument } from '../../../documents/open.js';
import type { Document, TextChunk } from '../../../engine/document.js';
import { endingOf } from '../../../engine/ending.js';
import type { Account, DocumentLabel } from '../../../engine/events/events.js';
import { DocumentTally } from '../../../engine/counting/overview.js';
import { progressFigures, shareRead } from '../../../engine/progress/document-progress.js';
import { documentStart } from '../../../engine/tokens/token-stream.js';
import { emptyAccount } from '../../../engine/totals.js';
import { toUnspoolError, type UnspoolError } from '../../../errors.js';
import { SpanCutter } from '../../../memory/recall/cited-spans.js';
import { looksLikeLog } from '../../../memory/logs/log-detection.js';
import type { Recall } from '../../../memory/recall/recall.js';
import { withSample, type Kind } from '../../../memory/reading.js';
import { memoryReporter } from '../../run/memory-use.js';
import type { ExtractionOptions } from '../../../documents/open.js';
import type { InputSource } from '../../options/reading.js';
import type { Session } from '../../run/session.js';

/** A document that was read, and what events call it. */
export interface SourceDocument {
  readonly name: string;
  readonly path: string | undefined;
  readonly label: DocumentLabel;
  readonly document: Document;
}

/** What keeps the spans of documents to be found again. */
export type SpanStore = Pick<Recall<SourceDocument>, 'begin' | 'add'>;

export interface ReadRequest {
  readonly reading: ExtractionOptions;
  /** Read at most so many bytes. */
  readonly limitBytes: number | undefined;
  /** What documents are; undefined where their text decides. */
  readonly as: Kind | undefined;
}

/** Progress is told no more often than this, in seconds. */
const tellEvery = 0.1;

export class DocumentReader {
  readonly #document: Document;
  readonly #label: DocumentLabel;
  readonly #tally = new DocumentTally([], undefined);
  #toldAt: number;
  readonly #tellMemory: () => void;
  /** Of the document, where the last span that is indexed ends. */
  #indexedTo = 0;

  constructor(
    private readonly session: Session,
    private readonly request: ReadRequest,
    private readonly recall: SpanStore,
    source: InputSource,
    index: number,
    private readonly hear: (chunk: TextChunk) => void = () => undefined,
  ) {
    const { reading, limitBytes } = request;
    const { signal, control } = session;
    this.#document = openDocument(source, { ...reading, signal, limitBytes });
    this.#label = { index, name: this.#document.name };
    this.#toldAt = control.now();
    this.#tellMemory = memoryReporter(session);
  }

  /** Also where the document fails or the run is interrupted, what came before is indexed. */
  async read(): Promise<{ readonly account: Account; readonly failure: UnspoolError | undefined }> {
    const [document, label] = [this.#document, this.#label];
    this.session.handle({ event: 'document-start', document: label });
    let failure: UnspoolError | undefined;
    let readAs: Kind | undefined;
    try {
      const { sample, all } = await withSample(document.chunks());
      readAs = this.request.as ?? (looksLikeLog(sample) ? 'log' : 'prose');
      this.recall.begin({ name: document.name, path: document.path, label, document });
      await this.#index(all, new SpanCutter(readAs));
    } catch (error) {
      failure = toUnspoolError(error);
    }
    const account = this.#account;
    const ending = { signal: this.session.signal, limitBytes: this.request.limitBytes };
    const read = { limited: false, position: { ...documentStart, bytes: account.bytes } };
    const ended = endingOf(ending, read, { failed: failure !== undefined });
    this.session.handle({
      ...{ event: 'document-end', document: label, account, perplexity: null },
      ...(readAs !== undefined && account.bytes > 0 && { readAs }),
      ...{ ended, error: failure?.toFailure() ?? null },
    });
    return { account, failure };
  }

  async #index(chunks: AsyncIterable<TextChunk>, cutter: SpanCutter): Promise<void> {
    try {
      for await (const chunk of chunks) {
        this.#tally.read(chunk);
        this.hear(chunk);
        for (const span of cutter.push(chunk)) {
          await this.recall.add(span);
          this.#indexedTo = span.bytes[1];
          this.#tell();
          const { control, signal } = this.session;
          if (control.paused) await control.wait(signal);
        }
      }
    } finally {
      for (const span of cutter.end()) await this.recall.add(span);
    }
  }

  get #account(): Account {
    const { bytes, lines, invalidBytes, controlCharacters } = this.#tally.counts();
    return { ...emptyAccount, bytes, lines, invalidBytes, controlCharacters };
  }

  #tell(): void {
    const { limitBytes } = this.request;
    const { control } = this.session;
    if (control.now() - this.#toldAt < tellEvery) return;
    this.#toldAt = control.now();
    const { lines } = this.#account;
    const position = { ...documentStart, bytes: this.#indexedTo };
    const share = shareRead({ document: this.#document, limitBytes }, position, 0);
    const progress = { ...progressFigures(position, share), lines, tokens: 0 };
    this.session.handle({ event: 'progress', document: this.#label, ...progress });
    this.#tellMemory();
  }
}
