// How the page looks: on screens from 320 pixels up, in light and dark, and on paper.

import { darkRules } from '../svg/palette.js';

export const style = `
:root {
  color-scheme: light dark;
  --surface: #ffffff; --raised: #f6f8fa; --ink: #1b1f24; --muted: #59636e; --line: #d9dee3; --accent: #0060a0;
  --shadow: #1b1f2426; --alert: #8a3a00; --alert-surface: #fff4e8;
  --n1: #fff1cf; --n2: #ffdf9e; --n3: #ffc46b; --n4: #fd9f50;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --surface: #14171a; --raised: #1c2024; --ink: #e7eaee; --muted: #a0abb7; --line: #343b43; --accent: #7cc0f5;
    --shadow: #00000080; --alert: #ffb580; --alert-surface: #33241a;
    --n1: #3a3117; --n2: #5a4317; --n3: #7d4d18; --n4: #a0511f;
  }
  ${darkRules}
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 66rem; padding: 2rem clamp(1rem, 4vw, 2.5rem) 4rem;
  background: var(--surface); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; -webkit-text-size-adjust: 100%;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0 0 1.25rem; font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2.1rem); letter-spacing: -0.015em; }
h2 { margin: 3rem 0 1rem; padding-top: 1.5rem; border-top: 1px solid var(--line); font-size: 1.4rem; }
h3 { margin: 2.25rem 0 0.5rem; font-size: 1.1rem; }
p { max-width: 46rem; margin: 0.5rem 0; }
code, .text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: 0.875em; }
abbr { text-decoration: none; cursor: help; border-bottom: 1px dotted var(--muted); }
.kicker { margin: 0 0 0.35rem; color: var(--muted); font-size: 0.875rem; }
.note, .account { color: var(--muted); font-size: 0.875rem; }
.alert {
  margin: 1.25rem 0; padding: 0.6rem 0.9rem; border-left: 4px solid var(--alert);
  background: var(--alert-surface); color: var(--alert);
}
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.3rem 1.5rem; margin: 0; font-size: 0.9375rem; }
dt { color: var(--muted); }
dd { margin: 0; }
.table {
  margin: 1.25rem 0 0.5rem; overflow-x: auto;
  /* Where columns are hidden, a shadow says so: it stays in place, and what covers it moves with the table. */
  background:
    linear-gradient(to right, var(--surface) 40%, transparent) 0 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--surface) 40%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shadow), transparent) 0 0 / 0.8rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shadow), transparent) 100% 0 / 0.8rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.5rem; text-align: left; font-size: 1rem; font-weight: 600; white-space: nowrap; }
th, td { padding: 0.4rem 0.7rem; border-bottom: 1px solid var(--line); vertical-align: baseline; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom-color: var(--muted); color: var(--muted); font-weight: 500; }
tbody th { font-weight: 500; }
.number { text-align: right; }
.words { text-align: left; }
td .text { display: block; min-width: 16rem; max-width: 34rem; line-height: 1.5; }
figure { margin: 2rem 0 0; break-inside: avoid; }
figcaption { margin-bottom: 0.75rem; }
figcaption strong { display: block; font-size: 1rem; font-weight: 600; }
figcaption span { display: block; max-width: 46rem; color: var(--muted); font-size: 0.875rem; }
figure svg { display: block; width: 100%; height: auto; }
.small-screen { display: none; max-width: 30rem; }
@media screen and (max-width: 40rem) {
  .small-screen { display: block; }
  .large-screen { display: none; }
  th, td { padding: 0.35rem 0.45rem; }
  td .text { min-width: 11rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: var(--accent); font-size: 0.875rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.8125rem; line-height: 1.7; tab-size: 4; }
.shaded { max-width: none; padding: 1rem 1.1rem; border-radius: 6px; background: var(--raised); }
.shaded .text { display: block; content-visibility: auto; contain-intrinsic-size: auto none auto 60rem; }
.n1, .n2, .n3, .n4 { border-radius: 2px; box-decoration-break: clone; -webkit-box-decoration-break: clone; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.n1 { background: var(--n1); } .n2 { background: var(--n2); } .n3 { background: var(--n3); } .n4 { background: var(--n4); }
ul { margin: 0; padding: 0; list-style: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; margin: 0.75rem 0; color: var(--muted); font-size: 0.8125rem; }
.legend span { padding: 0.1rem 0.5rem; color: var(--ink); }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: 0.875rem; }
@media print {
  :root { color-scheme: light; font-size: 10pt; }
  body { max-width: none; padding: 0; }
  h2, h3, figcaption, caption, thead { break-after: avoid; }
  tr { break-inside: avoid; }
  .table { overflow: visible; }
  th, td { padding: 0.25rem 0.4rem; white-space: normal; }
}
`;
