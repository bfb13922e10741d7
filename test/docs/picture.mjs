// Draws terminal text as an SVG picture: node test/docs/picture.mjs TITLE < TEXT > PICTURE.svg
// A line that starts with "$ " is shown as a command.

import { readFileSync } from 'node:fs';

const [width, height, margin] = [8.4, 19, 18];
const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const title = process.argv[2] ?? '';
const columns = Math.max(...lines.map((line) => line.length));
const [w, h] = [Math.ceil(columns * width + 2 * margin), lines.length * height + 2 * margin + 26];
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">
<title>${escape(title)}</title>
<rect width="${w}" height="${h}" rx="10" fill="#16181d"/>
<g fill="#3b3f48"><circle cx="20" cy="19" r="5"/><circle cx="38" cy="19" r="5"/><circle cx="56" cy="19" r="5"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#c9ced8" xml:space="preserve">`);
lines.forEach((line, index) => {
  const color = line.startsWith('$ ') ? ' fill="#8fd18f"' : '';
  console.log(`<text x="${margin}" y="${margin + 34 + index * height}"${color}>${escape(line)}</text>`);
});
console.log('</g>\n</svg>');
