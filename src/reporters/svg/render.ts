// Charts as SVG, drawn by vega-lite, which needs no browser. Importing this file loads it.

import { View, parse } from 'vega';
import { compile, type Config } from 'vega-lite';
import { printableText } from '../format.js';
import type { Chart } from './chart.js';
import { darkRules, grid, ink, muted, surface } from './palette.js';

const font = 'system-ui, sans-serif';

const looks: Config = {
  aria: false,
  background: 'transparent',
  font,
  padding: 4,
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    grid: true,
    gridColor: grid,
    labelColor: muted,
    labelFontSize: 12,
    labelPadding: 6,
    titleColor: muted,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  axisX: { grid: false, domain: true, domainColor: muted, ticks: true, tickColor: muted, tickSize: 5, labelPadding: 4 },
  legend: {
    orient: 'top',
    offset: 12,
    labelColor: ink,
    labelFontSize: 12,
    labelLimit: 280,
    titleColor: muted,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    symbolStrokeWidth: 2,
    gradientStrokeColor: grid,
  },
  title: { anchor: 'start', color: ink, fontSize: 15, fontWeight: 600, offset: 12, frame: 'bounds' },
};

/** A chart for a page, which has the title and the dark colors: `<svg ...>`. `width` in pixels. */
export async function renderInline(chart: Chart, width: number): Promise<string> {
  return named(chart, await draw(chart, width, false));
}

/** A chart as a file of its own: with its title, on a ground of its own, in the reader's colors. */
export async function renderFile(chart: Chart, width: number): Promise<string> {
  const svg = named(chart, await draw(chart, width, true));
  const dark = `<style>@media screen and (prefers-color-scheme:dark){${darkRules}}</style>`;
  const ground = `<rect width="100%" height="100%" fill="${surface}"/>`;
  const caption = `<desc>${escapeText(chart.caption)}</desc>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.replace('</title>', () => `</title>${caption}${dark}${ground}`)}\n`;
}

function draw(chart: Chart, width: number, withTitle: boolean): Promise<string> {
  const { spec } = compile({
    ...chart.marks(width),
    ...(withTitle && { title: chart.title }),
    width,
    height: chart.height,
    autosize: { type: 'fit', contains: 'padding' },
    config: looks,
  });
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}

/** The picture is one image with a name to those who cannot see it. XML allows no control characters. */
function named(chart: Chart, svg: string): string {
  const viewBox = /viewBox="([^"]*)"/.exec(svg)?.[1] ?? '';
  const [, , width, height] = viewBox.split(' ');
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="${viewBox}">`;
  return printableText(svg.replace(/^<svg[^>]*>/, () => `${opening}<title>${escapeText(chart.title)}</title>`));
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
