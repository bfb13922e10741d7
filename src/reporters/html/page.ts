// The frame of the page: what stands above and below the documents.

import type { RunEnd, RunStart, Warning } from '../../engine/events/events.js';
import { formatPolicy } from '../../engine/policy.js';
import { byteSize, countWithNoun, duration, groupDigits, printable } from '../format.js';
import { html, Markup } from './markup.js';
import { style } from './style.js';

/** What a report says about its run. */
export interface RunFacts {
  /** What is measured; undefined where nothing was. */
  readonly heading: string | undefined;
  readonly start: RunStart | undefined;
  readonly end: RunEnd | undefined;
  /** The first of them; `documents` counts all. */
  readonly names: readonly string[];
  readonly documents: number;
  readonly warnings: readonly Warning[];
  readonly date: Date;
  /** What was typed. */
  readonly commandLine: string | undefined;
}

/** Allows the page's own style and nothing else: no script, no request. */
const contentPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Where the documents go. No text of a user's can look like it, since all of it is escaped. */
const documentsHere = '<!-- documents -->';

/** The page before and after its documents. */
export function frame(facts: RunFacts): { before: string; after: string } {
  const heading = facts.heading ?? 'Report';
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <title>${heading}: ${subject(facts)}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">unspool analyze</p>
          <h1>${heading}</h1>
          ${statusOf(facts.end)} ${factsOf(facts)} ${warningsOf(facts.warnings)}
        </header>
        <main>${new Markup(documentsHere)}</main>
        ${footerOf(facts.end)}
      </body>
    </html> `;
  const [before = '', after = ''] = page.text.split(documentsHere);
  return { before, after };
}

/** What a run measures, by the kind of its results. */
export const headings = {
  overview: 'Documents in numbers',
  'comparison-row': 'Policies compared',
  'horizon-row': 'How far context helps',
  'attention-head': 'Where attention goes',
  'surprising-line': 'What surprises',
  'scored-text': 'What surprises',
  'document-end': 'Perplexity',
} as const;

function subject({ names, documents }: RunFacts): string {
  if (documents === 0) return 'no document';
  return documents === 1 ? printable(names[0] ?? '') : countWithNoun(documents, 'document');
}

/** Says so where the figures are not of all the text. */
function statusOf(end: RunEnd | undefined): Markup | undefined {
  if (end?.status === 'done') return undefined;
  const error = end?.error;
  const what = end?.status === 'failed' ? 'Failed' : 'Interrupted';
  const why = error === null || error === undefined ? '' : `: ${error.message}`;
  return html`<p class="alert" role="note"><strong>${what}</strong>${why}. The figures are of what was read.</p>`;
}

function factsOf(facts: RunFacts): Markup {
  const { start, names, documents, date, commandLine } = facts;
  const terms: [term: string, description: string | Markup | undefined][] = [
    [documents === 1 ? 'Document' : 'Documents', documentNames(names, documents)],
    ['Model', modelOf(start)],
    [
      'Policy',
      start?.policy === null || start === undefined ? undefined : html`<code>${formatPolicy(start.policy)}</code>`,
    ],
    [
      'Date',
      html`<time datetime="${date.toISOString()}">${date.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>`,
    ],
    ['unspool', start?.version],
    ['Command', commandLine === undefined ? undefined : html`<code>${printable(commandLine)}</code>`],
  ];
  const rows = terms.flatMap(([term, description]) =>
    description === undefined
      ? []
      : [
          html`<dt>${term}</dt>
            <dd>${description}</dd>`,
        ],
  );
  return html`<dl>${rows}</dl>`;
}

function documentNames(names: readonly string[], documents: number): string {
  const others = documents - names.length;
  return [...names.map(printable), ...(others > 0 ? [`${groupDigits(others)} more`] : [])].join(', ') || 'none';
}

function modelOf(start: RunStart | undefined): string | undefined {
  if (start?.model === null || start === undefined) return undefined;
  const { name, path, parameters, contextSize, vocabulary } = start.model;
  return [
    printable(name === '' ? path : name),
    parameters === null ? `on ${printable(path)}` : `${groupDigits(parameters)} parameters`,
    ...(vocabulary === null ? [] : [`vocabulary of ${groupDigits(vocabulary)}`]),
    contextSize === null ? 'trained context unknown' : `trained on ${groupDigits(contextSize)} tokens of context`,
  ].join(', ');
}

function warningsOf(warnings: readonly Warning[]): Markup[] {
  return warnings.map(({ message, hint, document }) => {
    const where = document === undefined ? '' : `${printable(document.name)}: `;
    return html`<p class="alert" role="note">${where}${message}${hint === null ? '' : ` (${hint})`}</p>`;
  });
}

function footerOf(end: RunEnd | undefined): Markup | undefined {
  if (end === undefined) return undefined;
  const { seconds, peakMemoryBytes, account, documents } = end;
  // prettier-ignore
  return html`<footer>
    ${countWithNoun(documents, 'document')}, ${countWithNoun(account.bytes, 'byte')}, ${countWithNoun(account.tokens.read, 'token')} read,
    ${groupDigits(account.tokens.scored)} scored in ${duration(seconds)}; peak memory ${byteSize(peakMemoryBytes)}.
  </footer>`;
}
