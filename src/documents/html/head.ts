// What the head of a file tells of HTML: whether it is a page, and which encoding it says it has.
import { Decoder, type Encoding } from '../encodings/decoding.js';
import { detectEncoding, encodingNamed } from '../encodings/encodings.js';
import { undecodableDocument } from '../failures.js';

/** So much is looked at. Pages should declare their encoding in the first 1,024 bytes. */
const headBytes = 4096;

/** Space, an XML declaration and comments may come first. */
const pageStart = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*(?:<!doctype\s+html\b|<html[\s>])/i;
const xhtml = /^\s*<\?xml|<html[^>]*\sxmlns=/i;
const markup = /<[a-z!?/]/i;
const xmlEncoding = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']\s*([\w:.-]+)/i;
const metaEncoding = /<meta[^>]*[\s;"']charset\s*=\s*["']?\s*([\w:.-]+)/i;

export function looksLikePage(head: Buffer): boolean {
  return pageStart.test(asciiOf(head));
}

export function looksLikeXhtml(head: Buffer): boolean {
  return xhtml.test(asciiOf(head));
}

export function hasMarkup(head: Buffer): boolean {
  return markup.test(asciiOf(head));
}

/** As the page declares it. What it declares in ASCII is no UTF-16; a name that nobody knows means nothing. */
export function declaredEncoding(head: Buffer, name: string): Encoding | undefined {
  const start = head.toString('latin1', 0, headBytes);
  const label = xmlEncoding.exec(start)?.[1] ?? metaEncoding.exec(start)?.[1];
  if (label === undefined || /^utf-?16|^ucs-?2/i.test(label)) return undefined;
  if (/^iso-2022-/i.test(label)) throw undecodableDocument(name, label);
  return encodingNamed(label);
}

function asciiOf(head: Buffer): string {
  const { encoding, markBytes } = detectEncoding(head);
  return Array.from(new Decoder(encoding, 0).push(head.subarray(markBytes, headBytes)), ({ text }) => text).join('');
}
