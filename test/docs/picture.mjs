// Draws terminal text as an SVG picture: node test/docs/picture.mjs TITLE < TEXT > PICTURE.svg
// A line that starts with "$ " is shown as a command; colours are those that `tmux capture-pane -e` keeps.

import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const [width, height, margin] = [8.4, 19, 18];
/** What a code of `ESC [ … m` sets. */
const attributes = {
  0: { weight: '', dim: '', fill: '' },
  1: { weight: ' font-weight="bold"' },
  2: { dim: ' fill="#7d838f"' },
  35: { fill: ' fill="#d08bdb"' },
  36: { fill: ' fill="#62b8d6"' },
  39: { fill: '' },
};
const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const title = process.argv[2] ?? '';
const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
const [w, h] = [Math.ceil(columns * width + 2 * margin), lines.length * height + 2 * margin + 26];
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">
<title>${escape(title)}</title>
<rect width="${w}" height="${h}" rx="10" fill="#16181d"/>
<g fill="#3b3f48"><circle cx="20" cy="19" r="5"/><circle cx="38" cy="19" r="5"/><circle cx="56" cy="19" r="5"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#c9ced8" xml:space="preserve">`);
lines.forEach((line, index) => {
  const command = line.startsWith('$ ') ? ' fill="#8fd18f"' : '';
  console.log(`<text x="${margin}" y="${margin + 34 + index * height}"${command}>${styled(line)}</text>`);
});
console.log('</g>\n</svg>');

/** Each run of one style, at its column: fonts differ in how wide they draw blocks. */
function styled(line) {
  let column = 0;
  let style = attributes[0];
  return line
    .split(/\u001b\[([\d;]*)m/)
    .map((part, index) => {
      if (index % 2 === 1) {
        for (const code of part.split(';')) style = { ...style, ...attributes[code] };
        return '';
      }
      const text = part.trim();
      const x = margin + (column + part.indexOf(text)) * width;
      column += part.length;
      if (text === '') return '';
      const place = `x="${x.toFixed(1)}" textLength="${(text.length * width).toFixed(1)}"`;
      return `<tspan ${place}${style.weight}${style.fill || style.dim}>${escape(text)}</tspan>`;
    })
    .join('');
}
