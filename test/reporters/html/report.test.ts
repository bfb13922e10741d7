import { readdirSync } from 'node:fs';
import { defaultTreeAdapter as tree, parse, type DefaultTreeAdapterTypes as Nodes, type ParserError } from 'parse5';
import { describe, expect, it, vi } from 'vitest';
import type { Overview, RunEvent, Warning } from '../../../src/engine/events/events.js';
import { htmlReport } from '../../../src/reporters/html/report.js';
import { mostShadedTokens } from '../../../src/reporters/html/shaded-text.js';
import { temporaryFolder } from '../../support/folders.js';
import {
  attention,
  comparison,
  documentEnd,
  horizon,
  novel,
  rolling,
  run,
  runEnd,
  runStart,
  scoredText,
  surprisingLines,
} from '../../support/report-events.js';

const date = new Date('2026-03-01T09:30:00Z');

async function page(events: readonly RunEvent[], commandLine?: string): Promise<string> {
  let text = '';
  const report = htmlReport({
    write: (part) => (text += part),
    date,
    ...(commandLine !== undefined && { commandLine }),
  });
  for (const event of events) report.handle(event);
  await report.finish();
  report.close();
  return text;
}

/** The page as a browser takes it. Whatever the standard calls a parse error is one. */
function parsed(text: string): Nodes.Document {
  const errors: string[] = [];
  const onParseError = ({ code, startLine }: ParserError): void => void errors.push(`${code} in line ${startLine}`);
  const document = parse(text, { onParseError, sourceCodeLocationInfo: true });
  expect(errors).toEqual([]);
  return document;
}

function elements(node: Nodes.Node, name?: string): Nodes.Element[] {
  const children = 'childNodes' in node ? node.childNodes : [];
  const inner = children.flatMap((child) => elements(child, name));
  return tree.isElementNode(node) && (name === undefined || node.tagName === name) ? [node, ...inner] : inner;
}

function textOf(node: Nodes.Node): string {
  if (tree.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** In one line, as it is shown. */
function shown(node: Nodes.Node | undefined): string {
  return node === undefined ? '' : textOf(node).replace(/\s+/g, ' ').trim();
}

function attribute(element: Nodes.Element | undefined, name: string): string | undefined {
  return element?.attrs.find((each) => each.name === name)?.value;
}

function ofClass(document: Nodes.Document, name: string): Nodes.Element[] {
  return elements(document).filter((element) => attribute(element, 'class')?.split(' ').includes(name));
}

/** Each table by its caption: its rows of cells, the header first. */
function tables(document: Nodes.Document): Record<string, string[][]> {
  return Object.fromEntries(
    elements(document, 'table').map((table) => [
      shown(elements(table, 'caption')[0]),
      elements(table, 'tr').map((row) =>
        elements(row)
          .filter(({ tagName }) => tagName === 'th' || tagName === 'td')
          .map(shown),
      ),
    ]),
  );
}

const everything: RunEvent[] = [
  ...scoredText(300),
  ...comparison(),
  ...horizon(),
  ...attention(4, 6),
  ...surprisingLines(3),
  documentEnd({ perplexity: rolling('sinks:4+508/64', 3.8955) }),
];

describe('the page', () => {
  it('is valid, in English, with headings, and asks for nothing', async () => {
    const text = await page(run(...everything), 'unspool analyze --report out.html novel.txt');
    const document = parsed(text);
    expect(attribute(elements(document, 'html')[0], 'lang')).toBe('en');
    expect(elements(document, 'h1')).toHaveLength(1);
    expect(elements(document, 'h2').map(shown)).toEqual(['books/novel.txt']);
    expect(elements(document, 'figure')).toHaveLength(7);
    expect(
      elements(document).filter(({ tagName }) => /^(script|img|iframe|object|embed|form|base)$/.test(tagName)),
    ).toEqual([]);
    for (const { attrs } of elements(document)) {
      for (const { name, value } of attrs) {
        if (name === 'xmlns') continue;
        expect([name, value]).not.toEqual([
          expect.stringMatching(/^(on.*|src|srcset|action|background|style)$/),
          value,
        ]);
        expect(value).not.toMatch(/https?:|\/\/|javascript:/);
        if (name === 'href') expect(value).toBe('data:,');
      }
    }
    expect(elements(document, 'style').map(textOf).join('')).not.toMatch(/url\(|@import|https?:/);
    const policy = elements(document, 'meta').find((meta) => attribute(meta, 'http-equiv') !== undefined);
    expect(attribute(policy, 'content')).toContain("default-src 'none'");
  });

  it('says what was run, on what, with what, and when', async () => {
    const document = parsed(await page(run(...everything), 'unspool analyze novel.txt'));
    const names = elements(document, 'dt').map(shown);
    const values = elements(document, 'dd').map(shown);
    expect(Object.fromEntries(names.map((name, index) => [name, values[index]]))).toEqual({
      Document: 'books/novel.txt',
      Model: 'unspool base, 1,600,000 parameters, vocabulary of 4,096, trained on 512 tokens of context',
      Policy: 'sinks:4+508/64',
      Date: '2026-03-01 09:30 UTC',
      unspool: '0.1.0',
      Command: 'unspool analyze novel.txt',
    });
    expect(shown(ofClass(document, 'account')[0])).toBe(
      '412,345 bytes, 8,211 lines. 131,072 tokens read = 4,072 in view + 127,000 forgotten + 0 skipped; 131,072 scored.',
    );
    expect(ofClass(document, 'alert')).toEqual([]);
  });

  it('names rows and columns of its tables for those who listen to them', async () => {
    const document = parsed(await page(run(...everything)));
    expect(elements(document, 'table').length).toBeGreaterThan(5);
    for (const table of elements(document, 'table')) {
      const scopes = elements(table, 'th').map((head) => attribute(head, 'scope'));
      expect(new Set(scopes)).toEqual(new Set(['col', 'row']));
    }
  });

  it('has each chart for large and small screens, with a name', async () => {
    const document = parsed(await page(run(...horizon(), documentEnd())));
    const charts = elements(document, 'svg');
    expect(charts.map((chart) => [attribute(chart, 'width'), attribute(chart, 'role')])).toEqual([
      ['960', 'img'],
      ['340', 'img'],
      ['960', 'img'],
      ['340', 'img'],
    ]);
    for (const figure of elements(document, 'figure')) {
      const [title] = elements(figure, 'title');
      expect(shown(elements(figure, 'figcaption')[0])).toMatch(new RegExp(`^${shown(title)} \\S`));
    }
  });
});

describe('tables of the page', () => {
  it('show a comparison in the digits that its errors support', async () => {
    const document = parsed(await page(run(...comparison(), documentEnd())));
    const { 'Policies side by side': scores, 'What each policy took': costs } = tables(document);
    expect(scores).toEqual([
      ['policy', 'PPL', '±', 'nats/token', 'bits/byte', 'nats vs first', '±', 'p', 'verdict'],
      ['sinks:4+508/64', '49.18', '0.75', '3.896', '1.786', '-', '-', '-', '-'],
      ['recompute:512/64', '48.98', '0.75', '3.891', '1.785', '-0.0041', '0.0012', '0.001', 'better'],
      ['window:512/64', '49.21', '0.75', '3.896', '1.787', '+0.00060', '0.00090', '0.520', 'no evidence'],
      ['window:128/16', '53.87', '0.82', '3.987', '1.828', '+0.0911', '0.0048', '<0.001', 'worse'],
    ]);
    expect(costs?.[1]).toEqual(['sinks:4+508/64', '131,072', '130,560', '18,401', '181 MB']);
    const notes = ofClass(document, 'note').map(shown).join('\n');
    expect(notes).toContain('by batch means over batches of 512 tokens');
    expect(notes).toContain('minus those of sinks:4+508/64');
  });

  it('say why a difference was not tested, and where a policy stopped', async () => {
    const rows = comparison().map((row, index) =>
      index === 1 ? { ...row, difference: null, ended: 'full' as const } : row,
    );
    const document = parsed(await page(run(...rows, documentEnd())));
    const { 'What each policy took': costs } = tables(document);
    expect(costs?.map((row) => row.at(-1))).toEqual(['ended', '-', 'cache full', '-', '-']);
    expect(ofClass(document, 'note').map(shown).join('\n')).toContain(
      'No test of recompute:512/64: it takes 20 batches',
    );
  });

  it('show the horizon', async () => {
    const { 'Surprise by context': rows } = tables(parsed(await page(run(...horizon(), documentEnd()))));
    expect(rows?.slice(0, 3)).toEqual([
      ['context', 'PPL', 'nats/token', '±', 'gain', '±'],
      ['1–15', '100.5', '4.610', '0.021', '-', '-'],
      ['16–31', '61.56', '4.120', '0.021', '0.490', '0.012'],
    ]);
  });

  it('show attention by layer and, behind a click, by head', async () => {
    const heads = attention(3, 4, 0.25);
    const document = parsed(await page(run(...heads, documentEnd())));
    const { 'Attention by layer': layers, 'Attention by head': all } = tables(document);
    expect(layers?.[0]).toEqual(['layer', 'sinks', 'middle', 'recent', 'learned sinks']);
    const mean = heads.slice(0, 4).reduce((sum, { sinks }) => sum + sinks, 0) / 4;
    expect(layers?.[1]?.slice(0, 2)).toEqual(['0', `${(100 * mean).toFixed(1)}%`]);
    expect(layers?.[1]?.[4]).toBe('25.0%');
    expect(all).toHaveLength(13);
    expect(elements(elements(document, 'details')[0] ?? document, 'table')).toHaveLength(1);
  });

  it('show the perplexity of each document, their total, and what the error is', async () => {
    const other = { index: 1, name: 'other.txt' };
    const chunked = {
      protocol: 'chunked' as const,
      value: 51.23456,
      standardError: 0.4567,
      natsPerToken: 3.93641,
      bitsPerByte: 1.80123,
      tokens: 65_280,
      chunk: 512,
      chunks: 256,
    };
    const document = parsed(
      await page([
        runStart,
        { event: 'document-start', document: novel },
        documentEnd({ perplexity: rolling('sinks:4+508/64', 3.8955) }),
        { event: 'document-start', document: other },
        documentEnd({ document: other, perplexity: chunked }),
        { ...runEnd, documents: 2, perplexity: { ...rolling('sinks:4+508/64', 3.9), standardError: null } },
      ]),
    );
    expect(tables(document).Perplexity?.slice(1)).toEqual([
      ['books/novel.txt', '49.18', '0.75', '3.896', '1.786', '131,072', 'rolling sinks:4+508/64'],
      ['other.txt', '51.23', '0.46', '3.936', '1.801', '65,280', 'chunked 512'],
      ['total', '49.40', '-', '3.900', '1.788', '131,072', 'rolling sinks:4+508/64'],
    ]);
    const notes = ofClass(document, 'note').map(shown).join('\n');
    expect(notes).toMatch(/batch means.*No error where there are fewer than 20 batches.*llama.cpp’s standard error/s);
    expect(elements(document, 'dd').map(shown)[0]).toBe('books/novel.txt, other.txt');
  });

  it('show what documents are in numbers', async () => {
    const overview: Overview = {
      event: 'overview',
      document: novel,
      bytes: 412_345,
      lines: 8_211,
      words: 70_123,
      characters: 410_000,
      invalidBytes: 0,
      controlCharacters: 0,
      tokens: [
        {
          kind: 'encoding',
          tokenizer: 'o200k_base',
          tokens: 98_304,
          context: { size: 131_072, share: 0.75 },
          costs: [{ model: 'large', dollars: 0.24576, dollarsPerMillionTokens: 2.5, priceDate: '2026-01' }],
        },
      ],
      ended: 'end',
      error: null,
    };
    const broken = {
      ...overview,
      document: { index: 1, name: 'gone.txt' },
      ended: 'failed' as const,
      error: { code: 'unreadable', message: 'gone.txt: cannot be read', hint: null },
    };
    const text = await page([
      { ...runStart, model: null, policy: null },
      { event: 'document-start', document: novel },
      overview,
      { event: 'document-start', document: broken.document },
      broken,
      { ...runEnd, documents: 2 },
    ]);
    const document = parsed(text);
    const { 'Documents in numbers': rows, 'What that costs as input': costs } = tables(document);
    expect(rows?.[1]).toEqual([
      ...['books/novel.txt', '412,345', '8,211', '70,123', '410,000', '98,304', 'o200k_base', '128K', '75%', '-'],
    ]);
    expect(rows?.map((row) => row.at(-1))).toEqual(['ended', '-', 'failed: gone.txt: cannot be read', '']);
    expect(rows?.[3]?.slice(0, 6)).toEqual(['total', '824,690', '16,422', '140,246', '820,000', '196,608']);
    expect(costs?.[0]).toEqual(['model', 'cost', 'per 1M tokens']);
    expect(costs?.length).toBeGreaterThan(1);
    expect(elements(document, 'h2')).toEqual([]);
  });
});

describe('the shaded text', () => {
  it('keeps every character, and says the nats of each token', async () => {
    const pieces = [
      { text: 'A', nats: null },
      { text: ' quiet', nats: 0.5 },
      { text: ' <b>', nats: 3 },
      { text: '\n\t"Vostok"', nats: 12.345 },
    ];
    const document = parsed(await page(run({ event: 'scored-text', document: novel, pieces }, documentEnd())));
    const [text] = elements(ofClass(document, 'shaded')[0] ?? document, 'span');
    expect(text === undefined ? '' : textOf(text)).toBe('A quiet <b>\n\t"Vostok"');
    const tokens = elements(text ?? document, 'span').slice(1);
    expect(tokens.map((token) => [attribute(token, 'title'), attribute(token, 'class')])).toEqual([
      ['0.500 nats', undefined],
      ['3.00 nats', 'n1'],
      ['12.3 nats', 'n4'],
    ]);
    expect(ofClass(document, 'legend').map(shown)).toEqual(['nats: under 3 3–6 6–9 9–12 12 and more']);
  });

  it('ends where the page is full, and says how much is not there', async () => {
    const events = scoredText(mostShadedTokens + 40);
    const document = parsed(await page(run(...events, documentEnd())));
    const [text] = ofClass(document, 'shaded');
    const whole = events.flatMap(({ pieces }) => pieces.map((piece) => piece.text));
    expect(text === undefined ? '' : textOf(text)).toBe(whole.slice(0, mostShadedTokens).join(''));
    // Blocks that a browser need not lay out at once; each ends with a line.
    const blocks = ofClass(document, 'text').map(textOf);
    expect(blocks.length).toBeGreaterThan(100);
    expect(blocks.slice(0, -1).filter((block) => !block.endsWith('\n'))).toEqual([]);
    expect(ofClass(document, 'note').map(shown)).toContain(
      '40 more tokens not shown: a report shades the first 100,000 tokens.',
    );
  });

  it('says where a line is not shown whole', async () => {
    const lines = surprisingLines(1).map((line) => ({ ...line, tokens: 4_321 }));
    const { 'Most surprising lines': rows } = tables(parsed(await page(run(...lines, documentEnd()))));
    expect(rows?.[1]?.slice(0, 3)).toEqual(['17', '9.40', '4,321']);
    expect(rows?.[1]?.[3]).toMatch(/^river had been .* 13 of its 4,321 tokens$/);
  });
});

describe('hostile text', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style><script>alert(1)</script>',
    '</span></p></section></main></body>',
    '<!-- documents -->',
    ']]><svg onload=alert(1)>',
    '&lt;script&gt; &#60;b&#62;',
    '$& $1 $`',
    'nul \0 escape \u001b[31m bell \u0007 c1 \u009b',
  ].join('');
  const document = { index: 0, name: hostile };

  it('stays text, wherever it comes from', async () => {
    const failure = { code: 'x', message: hostile, hint: hostile };
    const warning: Warning = { event: 'warning', document, ...failure };
    const pieces = [{ text: hostile, nats: 4 }];
    const model = { path: hostile, name: hostile, parameters: 1, contextSize: null, vocabulary: 2 };
    const text = await page(
      [
        { ...runStart, version: hostile, model },
        { event: 'document-start', document },
        { event: 'scored-text', document, pieces },
        ...comparison(document).map((row) => ({ ...row, perplexity: { ...row.perplexity, policy: hostile } })),
        { ...(surprisingLines(1)[0] ?? fail()), document, pieces },
        warning,
        documentEnd({ document, ended: 'failed', error: failure, perplexity: { ...rolling(hostile, 3) } }),
        { ...runEnd, status: 'failed', error: failure },
      ],
      hostile,
    );
    const page_ = parsed(text);
    const names = new Set(elements(page_).map(({ tagName }) => tagName));
    expect([...names].filter((name) => /^(script|img|b|iframe)$/.test(name))).toEqual([]);
    for (const { attrs } of elements(page_))
      expect(attrs.filter(({ name }) => name.startsWith('on') || name === 'src')).toEqual([]);
    expect(elements(page_, 'main')).toHaveLength(1);
    expect(shown(elements(page_, 'h2')[0])).toContain(
      `<script>alert(1)</script>"><img src=x onerror=alert(1)>' onmouse`,
    );
    const [shadedText] = ofClass(page_, 'shaded');
    const clean = hostile.replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');
    expect(shown(shadedText)).toBe(clean);
    expect(shown(elements(page_, 'code').at(-1))).toContain('$& $1 $`');
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('a run that did not end well', () => {
  it('is shown as far as it came when interrupted', async () => {
    const document = parsed(
      await page([
        runStart,
        { event: 'document-start', document: novel },
        ...scoredText(64),
        documentEnd({ ended: 'interrupted', perplexity: rolling('sinks:4+508/64', 3.9) }),
        { ...runEnd, status: 'interrupted' },
      ]),
    );
    expect(shown(ofClass(document, 'alert')[0])).toBe('Interrupted. The figures are of what was read.');
    expect(shown(ofClass(document, 'account')[0])).toContain('8,211 lines, until interrupted.');
    expect(tables(document).Perplexity).toHaveLength(2);
    expect(ofClass(document, 'shaded')).toHaveLength(1);
  });

  it('is shown without the ends of its document and itself', async () => {
    const document = parsed(await page([runStart, { event: 'document-start', document: novel }, ...horizon()]));
    expect(Object.keys(tables(document))).toEqual(['Surprise by context']);
    expect(shown(ofClass(document, 'alert')[0])).toMatch(/^Interrupted/);
  });

  it('is a page that says why where nothing was read', async () => {
    const error = { code: 'model-missing', message: 'model.gguf: no such file', hint: 'give --model a GGUF file' };
    const document = parsed(await page([{ ...runEnd, status: 'failed', error, documents: 0 }]));
    expect(shown(elements(document, 'title')[0])).toBe('Report: no document');
    expect(shown(ofClass(document, 'alert')[0])).toContain('Failed: model.gguf: no such file');
    expect(elements(document, 'table')).toEqual([]);
  });

  it('leaves nothing behind', async () => {
    const folder = temporaryFolder();
    vi.stubEnv('TMPDIR', folder);
    try {
      const report = htmlReport({ write: () => undefined, date });
      for (const event of run(...horizon(), documentEnd())) report.handle(event);
      expect(readdirSync(folder)).toHaveLength(1);
      await report.finish();
      report.close();
      report.close();
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('hands on what goes wrong while it is written', async () => {
    const report = htmlReport({
      write: () => {
        throw new Error('disk full');
      },
      date,
    });
    for (const event of run(documentEnd())) report.handle(event);
    await expect(report.finish()).rejects.toThrow('disk full');
    report.close();
  });
});

function fail(): never {
  throw new Error('no such row');
}
