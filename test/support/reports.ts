// Reads back the files that a run leaves beside its results.

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { defaultTreeAdapter as tree, parse as parseHtml, type DefaultTreeAdapterTypes as Nodes } from 'parse5';

/** The rows of a CSV file, by column. */
export function csvRows(path: string): Record<string, string>[] {
  return parse(readFileSync(path), { columns: true, record_delimiter: '\r\n' });
}

/** The tables of a page by their captions: cells by row, the header left out. */
export function pageTables(path: string): Map<string, string[][]> {
  const page = parseHtml(readFileSync(path, 'utf8'));
  const tables = elements(page, 'table').map((table) => {
    const rows = elements(table, 'tr').map((row) => [...elements(row, 'th', 'td')].map(textOf));
    const [caption] = elements(table, 'caption');
    return [caption === undefined ? '' : textOf(caption), rows.slice(1)] as const;
  });
  return new Map(tables);
}

function elements(node: Nodes.Node, ...names: string[]): Nodes.Element[] {
  const inner = 'childNodes' in node ? node.childNodes.flatMap((child) => elements(child, ...names)) : [];
  return tree.isElementNode(node) && names.includes(node.tagName) ? [node, ...inner] : inner;
}

function textOf(node: Nodes.Node): string {
  if (tree.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('').trim() : '';
}
