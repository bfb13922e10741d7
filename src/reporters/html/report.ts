// A run as one HTML page that needs nothing else: figures as tables and charts, and the text shaded by surprise.

import type {
  DocumentEnd,
  DocumentLabel,
  Overview,
  RunEnd,
  RunEvent,
  RunStart,
  Warning,
} from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { DocumentFigures } from '../svg/document-figures.js';
import { renderInline } from '../svg/render.js';
import { documentSection } from './document-section.js';
import { overviewTables } from './overview.js';
import { frame, headings } from './page.js';
import { perplexityTable, type NamedPerplexity } from './perplexity.js';
import { ShadedText } from './shaded-text.js';
import { Spool } from './spool.js';

export interface HtmlReportOptions {
  /** Takes the page in pieces, once all of it is known: a file that is replaced as a whole. */
  readonly write: (text: string) => void;
  readonly date: Date;
  /** What was typed, to be shown. */
  readonly commandLine?: string;
}

export interface HtmlReport extends Reporter {
  /** Writes the page; to be awaited before `close`. After an interruption or a failure, it shows what there is. */
  finish(): Promise<void>;
}

/** Names of documents in the heading, and warnings, at most. */
const mostListed = 20;

/**
 * Handles events as they come; what is known of a document is rendered at its end and waits on disk, so that memory
 * does not grow with documents or their length. Loads the chart library: import this file when a report is wanted.
 */
export function htmlReport({ write, date, commandLine }: HtmlReportOptions): HtmlReport {
  const body = new Spool();
  const text = new ShadedText();
  const names: string[] = [];
  const warnings: Warning[] = [];
  const overviews: Overview[] = [];
  const perplexities: NamedPerplexity[] = [];
  let documents = 0;
  let heading: string | undefined;
  let start: RunStart | undefined;
  let end: RunEnd | undefined;
  let current: { document: DocumentLabel; figures: DocumentFigures } | undefined;
  let rendered: Promise<void> = Promise.resolve();

  const finishDocument = (documentEnd: DocumentEnd | undefined): void => {
    if (current === undefined) return;
    const parts = { ...current, ...text.take(), end: documentEnd };
    current = undefined;
    rendered = rendered.then(async () => {
      body.append((await documentSection(parts, renderInline)).text);
    });
    // Whoever awaits `finish` hears of a failure; until then it is no unhandled one.
    rendered.catch(() => undefined);
  };
  return {
    handle(event: RunEvent) {
      current?.figures.add(event);
      if (event.event in headings && !(event.event === 'document-end' && event.perplexity === null))
        heading ??= headings[event.event as keyof typeof headings];
      switch (event.event) {
        case 'run-start':
          start = event;
          break;
        case 'document-start':
          finishDocument(undefined);
          current = { document: event.document, figures: new DocumentFigures() };
          documents += 1;
          if (names.length < mostListed) names.push(event.document.name);
          break;
        case 'scored-text':
          text.add(event.pieces);
          break;
        case 'overview':
          overviews.push(event);
          // A document that is only counted has all of its figures here.
          current = undefined;
          break;
        case 'document-end':
          // A comparison has its own table of perplexities.
          if (event.perplexity !== null && current?.figures.comparison.length === 0)
            perplexities.push({ name: event.document.name, perplexity: event.perplexity });
          finishDocument(event);
          break;
        case 'warning':
          if (warnings.length < mostListed) warnings.push(event);
          break;
        case 'run-end':
          end = event;
          break;
        default:
          break;
      }
    },
    async finish() {
      finishDocument(undefined);
      await rendered;
      if (documents > 1 && end !== undefined && end.perplexity !== null)
        perplexities.push({ name: 'total', perplexity: end.perplexity });
      const { before, after } = frame({ heading, start, end, names, documents, warnings, date, commandLine });
      write(before);
      write(overviewTables(overviews)?.text ?? '');
      write(perplexityTable(perplexities)?.text ?? '');
      body.copyTo(write);
      write(after);
    },
    close() {
      body.remove();
    },
  };
}
