// Takes out of what commands print that which no two runs share: times, rates, memory, dates, and where things are.

/** Columns of CSV files, and fields of JSON, that are measured. */
const measured = ['seconds', 'extraSeconds', 'peakMemoryBytes', 'freeMemoryBytes', 'tokensPerSecond'];

// The seconds of --plan are computed: hostSeconds, which follows, tells them from measured ones.
const jsonField = new RegExp(`"(${measured.join('|')})":[\\d.e+-]+(?=[,}\\]])(?!,"hostSeconds")`, 'g');
const size = String.raw`[\d.]+ (?:B|kB|MB|GB)`;

const patterns = [
  [jsonField, '"$1":"<measured>"'],
  [new RegExp(`peak memory ${size}`, 'g'), 'peak memory <size>'],
  [new RegExp(`${size}( of memory(?: is)? free| are free now)`, 'g'), '<size>$1'],
  [new RegExp(String.raw`\b(in|after) \d+:\d\d\b( \((?:[\d,]+ tokens|${size})/s\))?`, 'g'), '$1 <time>'],
  [/<time datetime="[^<]*<\/time>/g, '<time><date></time>'],
  // The speed and the memory of a policy, in a page.
  [
    /<td class="number">[\d,]+<\/td><td class="number">[\d.]+ MB<\/td>(?=<td class="words">)/g,
    '<td><rate></td><td><size></td>',
  ],
  [/^\(node:\d+\)/gm, '(node:<process>)'],
  // Progress is told when some time has passed.
  [/^\{"schema":\d+,"event":"progress",.*\n/gm, ''],
  // Where a stack trace goes through is nobody's business.
  [/(?:\n {4}at .*)+/g, '\n    at <stack>'],
];

export function masked(text, places) {
  let rest = text;
  for (const [place, name] of places) rest = rest.replaceAll(place, name);
  for (const [pattern, mask] of patterns) rest = rest.replace(pattern, mask);
  return rest.split('\n').map(maskedRow(text)).join('\n');
}

/** Measured columns of tables, which are as wide as their widest value. */
function maskedRow(text) {
  const timeHead = /\b(tokens|out) +time(?= {2}|$)/;
  const hasTime = text.split('\n').some((line) => timeHead.test(line));
  const hasRate = / tokens\/s {2}peak memory/.test(text);
  return (line) => {
    let row = line;
    if (hasTime) row = row.replace(timeHead, '$1 time').replace(/ +[\d.,]+ m?s(?= {2}|$)/, ' <time>');
    if (hasRate) row = row.replace(/ +[\d,]+ +[\d.]+ MB(?= {2}|$)/, ' <rate> <size>');
    return row;
  };
}

export function maskedCsv(text) {
  const [head = '', ...rows] = text.split('\n').map((line) => line.match(/("[^"]*")+|[^,]+|(?<=,|^)(?=,|$)/g) ?? []);
  if (head.includes('hostSeconds')) return text;
  const isMeasured = (column) => measured.includes(head[column]?.trim().split('.').at(-1));
  const mask = (row) => row.map((value, column) => (isMeasured(column) && /\d/.test(value) ? '<measured>' : value));
  return [head, ...rows.map(mask)].map((row) => row.join(',')).join('\n');
}
