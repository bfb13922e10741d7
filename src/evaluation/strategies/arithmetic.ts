// Finds equations of numbers in a text, such as `3 * (4 + 1) = 15`, and tells whether they hold.

export interface Equation {
  readonly holds: boolean;
  /** The number after the last equals sign of its chain. */
  readonly result: number | undefined;
}

type Token = { readonly kind: 'number'; readonly value: number; readonly decimals: number } | Sign;
interface Sign {
  readonly kind: '+' | '-' | '*' | '/' | '(' | ')' | '=' | 'negative' | 'percent';
}

/** A side of an equation: its value, and whether it is a calculation or a number alone. */
interface Side {
  readonly value: number;
  readonly isCalculation: boolean;
  /** Of a number alone. */
  readonly decimals: number;
  readonly isPercent: boolean;
}

/** An equation has an operator on at least one side. Words and letters between numbers make it none: no false alarm. */
export function equationsIn(text: string): readonly Equation[] {
  return runsOf(text).flatMap((run) => {
    const sides = splitAt(run, '=').map(sideOf);
    const result = sides.at(-1)?.value;
    return sides.slice(1).flatMap((right, index): Equation[] => {
      const left = sides[index];
      if (left === undefined || right === undefined || !(left.isCalculation || right.isCalculation)) return [];
      return [{ holds: isEqual(left, right), result }];
    });
  });
}

/** A number that is written with so many decimals may be rounded to them; a whole number is meant as it is. */
function isEqual(left: Side, right: Side): boolean {
  const most = right.isCalculation ? 0 : right.decimals;
  const tolerance = most === 0 ? 1e-12 * Math.max(1, Math.abs(left.value)) : 0.5 * 10 ** -most * (1 + 1e-9);
  const values = right.isPercent ? [right.value, right.value * 100] : [right.value];
  return values.some((value) => Math.abs(left.value - value) <= tolerance);
}

const pattern =
  /(?<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\d)\.\d+)|(?<space>[^\S\n]+)|(?<sign>[-−–+*×·/÷()=%]|(?<=[\d\s)])x(?=[\d\s($]))|(?<other>[^])/gu;
const signs: Readonly<Record<string, Sign['kind']>> = {
  ...{ '-': '-', '−': '-', '–': '-', '+': '+', '*': '*', '×': '*', '·': '*', x: '*', '/': '/', '÷': '/' },
  ...{ '(': '(', ')': ')', '=': '=', '%': 'percent' },
};

/** Stretches of numbers and signs with nothing else between. */
function runsOf(text: string): Token[][] {
  const runs: Token[][] = [[]];
  const plain = readable(text);
  for (const { 0: piece, index, groups = {} } of plain.matchAll(pattern)) {
    const run = runs.at(-1) ?? [];
    if (groups.number !== undefined) {
      // A variable's, or a power's.
      if ([plain.charAt(index - 1), plain.charAt(index + piece.length)].some((beside) => /[\p{L}_^]/u.test(beside)))
        runs.push([]);
      else
        run.push({
          kind: 'number',
          value: Number(piece.replaceAll(',', '')),
          decimals: piece.split('.')[1]?.length ?? 0,
        });
    } else if (groups.sign !== undefined) {
      const kind = signs[piece] ?? '=';
      const isUnary =
        kind === '-' && /[\d.(]/.test(plain.charAt(index + 1)) && opensNumber(run.at(-1), plain.charAt(index - 1));
      run.push({ kind: isUnary ? 'negative' : kind });
    } else if (groups.other !== undefined) {
      // What is multiplied with a variable.
      if (plain.charAt(index - 1) === ')' && /\p{L}/u.test(piece)) runs.pop();
      runs.push([]);
    }
  }
  return runs.map(trimmed).filter((run) => run.some(({ kind }) => kind === '='));
}

/** Whether a minus here belongs to the number that follows: after a sign, or where the run begins. */
function opensNumber(last: Token | undefined, before: string): boolean {
  if (last === undefined) return before.trim() === '' || before === '(';
  return last.kind !== 'number' && last.kind !== ')' && last.kind !== 'percent';
}

/** Without what stands in the way of reading an equation: marks of bullets and bold, currency, calculator notes. */
function readable(text: string): string {
  return text
    .replace(/<<[^<>]*>>/g, '')
    .replace(/\\(?:times|cdot)/g, '×')
    .replace(/\\div/g, '÷')
    .replace(/\\\(|\\\)|\\\[|\\\]/g, '\n')
    .replace(/^\s*[-*+]\s+/gm, '')
    .replace(/(?<=^|[\s=])\*\*(?=\S)|(?<=\S)\*\*(?=$|[\s.,;:!)])/gm, '')
    .replace(/\\?[$€£]/g, '');
}

/** Without brackets around all of it, and without what hangs on its ends. */
function trimmed(run: readonly Token[]): Token[] {
  const from = run.findIndex(({ kind }) => kind !== ')');
  const to = run.findLastIndex(({ kind }) => kind !== '(' && kind !== '-');
  const kept = from === -1 ? [] : run.slice(from, to + 1);
  const first = splitAt(kept, '=')[0] ?? [];
  const count = (kind: Sign['kind']): number => first.filter((token) => token.kind === kind).length;
  return kept[0]?.kind === '(' && kept.at(-1)?.kind === ')' && count('(') > count(')') ? kept.slice(1, -1) : kept;
}

function splitAt(run: readonly Token[], kind: Token['kind']): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of run) {
    if (token.kind === kind) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Undefined for what is no calculation. */
function sideOf(tokens: readonly Token[]): Side | undefined {
  const value = new EquationParser(tokens).value();
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const decimals = tokens
    .map((token) => (token.kind === 'number' ? token.decimals : 0))
    .reduce((a, b) => Math.max(a, b), 0);
  const isCalculation = tokens.some(({ kind }) => ['+', '-', '*', '/'].includes(kind));
  return { value, isCalculation, decimals, isPercent: tokens.at(-1)?.kind === 'percent' };
}

/** Products before sums, from left to right. */
class EquationParser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  value(): number | undefined {
    const value = this.#sum();
    return this.#at === this.tokens.length ? value : undefined;
  }

  #sum(): number | undefined {
    let value = this.#product();
    for (let sign = this.#take('+', '-'); sign !== undefined; sign = this.#take('+', '-')) {
      const next = this.#product();
      if (value === undefined || next === undefined) return undefined;
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  }

  #product(): number | undefined {
    let value = this.#factor();
    for (let sign = this.#take('*', '/'); sign !== undefined; sign = this.#take('*', '/')) {
      const next = this.#factor();
      if (value === undefined || next === undefined) return undefined;
      value = sign === '*' ? value * next : value / next;
    }
    return value;
  }

  #factor(): number | undefined {
    if (this.#take('negative') !== undefined) {
      const value = this.#factor();
      return value === undefined ? undefined : -value;
    }
    const token = this.tokens[this.#at];
    let value: number | undefined;
    if (token?.kind === 'number') {
      this.#at += 1;
      value = token.value;
    } else if (this.#take('(') !== undefined) {
      value = this.#sum();
      if (this.#take(')') === undefined) return undefined;
    }
    return value !== undefined && this.#take('percent') !== undefined ? value / 100 : value;
  }

  #take(...kinds: readonly Token['kind'][]): Token['kind'] | undefined {
    const kind = this.tokens[this.#at]?.kind;
    if (kind === undefined || !kinds.includes(kind)) return undefined;
    this.#at += 1;
    return kind;
  }
}
