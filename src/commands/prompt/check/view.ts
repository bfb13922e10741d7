// What is wrong with prompts, for people: each finding with its place, as compilers print it, and the rules themselves.

import type { PromptChecked, PromptFinding, PromptRule, RunEvent } from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { countWithNoun, lineRange, printable } from '../../../reporters/format.js';
import { jsonReporter } from '../../../reporters/json.js';

/** What there is to `write` for people, or as JSON lines; and in a `note` how many findings there are, if wanted. */
export function checkReporter(
  write: (text: string) => void,
  note: ((text: string) => void) | undefined,
  json: boolean,
): Reporter {
  const findings = json ? jsonReporter(write, false) : findingLines(write);
  const count = note === undefined ? undefined : findingCount(note);
  return {
    handle(event) {
      findings.handle(event);
      count?.handle(event);
    },
    close() {
      count?.close();
    },
  };
}

export function findingLines(write: (text: string) => void): Reporter {
  return {
    handle(event: RunEvent) {
      if (event.event === 'finding') write(finding(event));
      if (event.event === 'prompt-rule') write(rule(event));
    },
    close: () => undefined,
  };
}

/** Only the first line: what editors can go to. */
function finding({ document, lines: [first], message, rule: name, reason, rewrite, fixable }: PromptFinding): string {
  const within =
    message === null
      ? ''
      : `${message.number === 0 ? '' : `message ${message.number} `}(${printable(message.role)}), ${lineRange(message.lines)}: `;
  const mark = fixable ? ' [--fix]' : '';
  return `${printable(document.name)}:${first}: ${name}: ${within}${printable(reason)}${mark}\n${indented(rewrite)}`;
}

function rule({ rule: name, finds, families, fixable, sources, bad, good }: PromptRule): string {
  const only = families.length === 0 ? '' : `  only with --family ${families.join(', ')}\n`;
  const mends = fixable ? '  --fix mends what it can without the writer\n' : '';
  const origins = sources.map(({ title, url }) => `  ${title}: ${url}\n`).join('');
  return `${name}: ${finds}\n${only}${mends}${origins}  bad:\n${indented(bad)}  good:\n${indented(good)}\n`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '\n' : `    ${printable(line)}\n`))
    .join('');
}

/** How many there are, on standard error. */
export function findingCount(write: (text: string) => void): Reporter {
  const checked: PromptChecked[] = [];
  const sum = (count: (each: PromptChecked) => number): number =>
    checked.reduce((total, each) => total + count(each), 0);
  return {
    handle(event: RunEvent) {
      if (event.event === 'prompt-checked') checked.push(event);
    },
    close() {
      if (checked.length === 0) return;
      const [findings, fixable, fixed] = [
        sum((each) => each.findings),
        sum((each) => each.fixable),
        sum((each) => each.fixed),
      ];
      const size = `${countWithNoun(checked.length, 'prompt')} of about ${countWithNoun(
        sum((each) => each.tokens),
        'token',
      )}`;
      const mended = fixed === 0 ? '' : `${countWithNoun(fixed, 'finding')} mended, `;
      const found = findings === 0 ? `no findings${fixed === 0 ? '' : ' left'}` : countWithNoun(findings, 'finding');
      const can =
        fixable === 0 ? '' : `; --fix mends ${fixable === findings && findings > 1 ? 'all of them' : fixable}`;
      write(`${size}: ${mended}${found}${can}\n`);
    },
  };
}
