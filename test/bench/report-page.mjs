// Opens reports in headless Chromium: node report-page.mjs [REPORT.html...] [--out FOLDER]
// Fails where the console is not silent, something is requested, or the page is wider than the screen; takes a
// screenshot of each width and colour scheme. Without a report, makes one of each kind from the tests' events.

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import ts from 'typescript';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const out = values.out ?? mkdtempSync(join(tmpdir(), 'unspool-pages-'));
mkdirSync(out, { recursive: true });
const reports = positionals.length > 0 ? positionals.map((name) => resolve(name)) : await constructed();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ],
});
let faults = 0;
console.log('report                width  colors  loaded    height  faults');
for (const report of reports) {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
    [320, 'light'],
  ]) {
    await look(report, width, colorScheme);
  }
}
await browser.close();
console.log(`\nscreenshots in ${out}`);
process.exitCode = faults === 0 ? 0 : 1;

async function look(report, width, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const found = [];
  const url = pathToFileURL(report).href;
  page.on('console', (message) => found.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && request.url() !== 'data:,') found.push(`request: ${request.url()}`);
  });
  const started = performance.now();
  await page.goto(url);
  const loaded = Math.round(performance.now() - started);
  const { wide, high } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    high: document.documentElement.scrollHeight,
  }));
  if (wide > width) found.push(`${wide} pixels wide`);
  const name = `${basename(report, '.html')}-${width}-${colorScheme}.png`;
  // A browser cannot paint a picture of any height.
  await page.screenshot({
    path: join(out, name),
    clip: { x: 0, y: 0, width, height: Math.min(high, 8000) },
    fullPage: true,
  });
  await page.close();
  faults += found.length;
  console.log(
    `${basename(report).padEnd(20)}  ${String(width).padStart(5)}  ${colorScheme.padEnd(6)}  ${String(loaded).padStart(4)} ms  ${String(high).padStart(8)}  ${found.join('; ') || 'none'}`,
  );
}

/** One report of each kind. */
async function constructed() {
  const { htmlReport } = await import('../../dist/reporters/html/report.js');
  // The events of the tests are typed, and import nothing but types.
  const source = readFileSync(new URL('../support/report-events.ts', import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: 'ESNext', target: 'ES2023' } });
  const sample = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  const kinds = {
    compare: sample.comparison(),
    horizon: sample.horizon(),
    attention: sample.attention(12, 12),
    'attention-large': sample.attention(32, 32, 0.1),
    surprise: [...sample.scoredText(3000), ...sample.surprisingLines(10)],
    'surprise-full': [...sample.scoredText(120_000), ...sample.surprisingLines(10)],
  };
  const paths = [];
  for (const [kind, events] of Object.entries(kinds)) {
    let text = '';
    const report = htmlReport({
      write: (part) => (text += part),
      date: new Date('2026-01-01T12:00:00Z'),
      commandLine: `unspool analyze --${kind} --report ${kind}.html books/novel.txt`,
    });
    const perplexity = kind.startsWith('surprise') ? sample.rolling('sinks:4+508/64', 3.8955) : null;
    for (const event of sample.run(...events, sample.documentEnd({ perplexity }))) report.handle(event);
    await report.finish();
    report.close();
    paths.push(join(out, `${kind}.html`));
    writeFileSync(paths.at(-1), text);
  }
  return paths;
}
