import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser, onWarningStopParsing } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/engine/events/events.js';
import { svgFiles } from '../../../src/reporters/svg/svg-files.js';
import { temporaryFolder } from '../../support/folders.js';
import { attention, comparison, documentEnd, horizon, novel, run, scoredText } from '../../support/report-events.js';

async function files(events: readonly RunEvent[], folder = join(temporaryFolder(), 'charts')): Promise<string> {
  const reporter = svgFiles(folder);
  for (const event of events) reporter.handle(event);
  await reporter.finish();
  reporter.close();
  return folder;
}

/** All texts of a picture, in order. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');
}

const everything = [...comparison(), ...horizon(), ...attention(4, 6), ...scoredText(500), documentEnd()];
const names = [
  'attention-shares.svg',
  'attention-sinks.svg',
  'differences.svg',
  'horizon-gain.svg',
  'horizon.svg',
  'perplexity-by-position.svg',
  'token-surprise.svg',
];

describe('charts as files', () => {
  it('are well-formed SVG that names itself and asks for nothing', async () => {
    const folder = await files(run(...everything));
    expect(readdirSync(folder).sort()).toEqual(names);
    for (const name of names) {
      const svg = readFileSync(join(folder, name), 'utf8');
      const root = new DOMParser({ onError: onWarningStopParsing }).parseFromString(
        svg,
        'image/svg+xml',
      ).documentElement;
      expect([root?.tagName, root?.getAttribute('role')]).toEqual(['svg', 'img']);
      expect(root?.namespaceURI).toBe('http://www.w3.org/2000/svg');
      expect(texts(svg)).toContain(root?.getElementsByTagName('title').item(0)?.textContent);
      expect(root?.getElementsByTagName('desc').item(0)?.textContent).toMatch(/^[A-Z].*\.$/);
      expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|url\(|<script|@import|href/);
    }
  });

  it('have a dark twin for every color', async () => {
    const folder = await files(run(...everything));
    for (const name of names) {
      const svg = readFileSync(join(folder, name), 'utf8');
      const style = /<style>(.*)<\/style>/.exec(svg)?.[1] ?? '';
      expect(style).toMatch(/^@media screen and \(prefers-color-scheme:dark\)/);
      const colors = [...svg.replace(style, '').matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, color]) => color ?? '');
      const shown = colors.filter((color) => color !== 'none' && color !== 'transparent');
      expect(shown.length).toBeGreaterThan(5);
      for (const color of shown) expect([name, style]).toEqual([name, expect.stringContaining(`[fill="${color}"]`)]);
    }
  });

  it('say what their axes and series are', async () => {
    const folder = await files(run(...everything));
    const read = (name: string): string[] => texts(readFileSync(join(folder, name), 'utf8'));
    expect(read('perplexity-by-position.svg')).toEqual(
      expect.arrayContaining(['perplexity', 'position in the document, tokens', 'sinks:4+508/64', 'window:128/16']),
    );
    expect(read('differences.svg')).toEqual(
      expect.arrayContaining(['difference, nats per token', 'recompute:512/64', 'Difference to sinks:4+508/64']),
    );
    expect(read('horizon.svg')).toEqual(
      expect.arrayContaining(['nats per token', 'tokens in front, doubling', '8', '256', '2,048']),
    );
    expect(read('attention-shares.svg')).toEqual(
      expect.arrayContaining(['layer', 'share of attention', 'sinks', 'middle', 'recent', '100%']),
    );
    expect(read('attention-shares.svg')).not.toContain('learned sinks');
  });

  it('are numbered from the second document on', async () => {
    const other = { index: 1, name: 'other.txt' };
    const second: RunEvent[] = [{ event: 'document-start', document: other }, ...horizon(other)];
    const folder = await files(run(...horizon(), documentEnd(), ...second, documentEnd({ document: other })));
    expect(readdirSync(folder).sort()).toEqual([
      'horizon-2.svg',
      'horizon-gain-2.svg',
      'horizon-gain.svg',
      'horizon.svg',
    ]);
  });

  it('show what there is where a document broke off', async () => {
    const folder = await files([{ event: 'document-start', document: novel }, ...scoredText(64)]);
    expect(readdirSync(folder)).toEqual(['token-surprise.svg']);
  });

  it('are none where nothing was measured', async () => {
    const folder = await files(run(documentEnd()));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('replace older ones and leave no other file', async () => {
    const folder = join(temporaryFolder(), 'charts');
    mkdirSync(folder);
    writeFileSync(join(folder, 'horizon.svg'), 'old');
    await files(run(...horizon(), documentEnd()), folder);
    expect(readFileSync(join(folder, 'horizon.svg'), 'utf8')).toMatch(/<\/svg>\n$/);
    expect(readdirSync(folder).sort()).toEqual(['horizon-gain.svg', 'horizon.svg']);
  });

  it('name a place that cannot be written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'taken'), '');
    expect(() => svgFiles(join(folder, 'taken'))).toThrow(/taken: cannot be written: E/);
    mkdirSync(join(folder, 'charts', 'horizon.svg'), { recursive: true });
    await expect(files(run(...horizon(), documentEnd()), join(folder, 'charts'))).rejects.toThrow(
      /horizon\.svg: cannot be written: E/,
    );
    expect(existsSync(join(folder, 'charts', `horizon.svg.${process.pid}.tmp`))).toBe(false);
  });
});
