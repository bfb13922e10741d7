// Passages of prose on a terminal: under the headings of their chapters, wrapped at words, their sources below them.

import { basename } from 'node:path';
import type { Passage } from '../../engine/events/events.js';
import { printable } from '../../reporters/format.js';
import { readableWidth, wrapped } from '../../reporters/layout.js';
import { stylesOf, type Screen } from '../../reporters/screen.js';

/** Of one document, in the order that they are shown in; a blank line after each. */
export function passageLayout(passages: readonly Passage[], screen: Screen): string {
  const { bold, dim } = stylesOf(screen);
  const width = Math.min(readableWidth, screen.columns);
  let chapter: Passage['chapter'];
  return passages
    .map((passage) => {
      const isNew = typeof passage.chapter === 'string' && passage.chapter !== chapter;
      chapter = passage.chapter;
      const heading = isNew ? `${wrappedText(chapter ?? '', width, bold)}\n` : '';
      return `${heading}${wrappedText(passage.text, width)}  ${dim(source(passage))}\n\n`;
    })
    .join('');
}

/** Short: a reader knows the folder. */
function source({ document, lines: [first, last] }: Passage): string {
  return `${printable(basename(document.name))}:${first === last ? first : `${first}-${last}`}`;
}

function wrappedText(text: string, width: number, style = (line: string): string => line): string {
  const lines = wrapped(printable(text).split(' '), width).trimEnd().split('\n');
  return lines.map((line) => `${style(line)}\n`).join('');
}
