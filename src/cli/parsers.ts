// How the texts of options become values.

import { InvalidArgumentError } from 'commander';

/** What a parser throws, with what to give instead: `Give a name.` */
export { InvalidArgumentError };

/** The name of a file or a folder. */
export function parseName(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a name.');
  return text;
}

/** What a parser of options takes, for completions. `list`: several, separated by commas. */
export interface Choices {
  readonly choices: readonly string[];
  readonly list: boolean;
}

export function withChoices<Parser extends object>(
  parser: Parser,
  choices: readonly string[],
  list = false,
): Parser & Choices {
  return Object.assign(parser, { choices, list });
}

/** `others`: what else the option takes, for the error. */
export function parseCount(least: number, others = ''): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < least)
      throw new InvalidArgumentError(`Give a whole number from ${least} up${others}.`);
    return value;
  };
}

/** `gpuLayers` is written gpu-layers. */
export function flagOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function parseNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d*\.?\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
    return value;
  };
}

export function parseChoice<Choice extends string>(
  ...choices: readonly Choice[]
): ((text: string) => Choice) & Choices {
  const parse = (text: string): Choice => {
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw new InvalidArgumentError(`Give ${choices.join(' or ')}.`);
    return choice;
  };
  return withChoices(parse, choices);
}

/** Collects the texts of an option that may be given several times. */
export function addText(text: string, before: readonly string[] | undefined): readonly string[] {
  if (text === '') throw new InvalidArgumentError('An empty text is everywhere.');
  return [...(before ?? []), text];
}

/** Collects questions, each of which has a word to look for. */
export function addQuestion(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!isQuestion(text)) throw new InvalidArgumentError('Give a question, with a word to look for.');
  return [...(before ?? []), text];
}

export function isQuestion(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Collects choices, separated by commas, of an option that may be given several times; each once. */
export function parseChoices<Choice extends string>(
  ...choices: readonly Choice[]
): ((text: string, before: readonly Choice[] | undefined) => readonly Choice[]) & Choices {
  const parse = (text: string, before: readonly Choice[] | undefined): readonly Choice[] => {
    const chosen = text.split(',').map((name) => choices.find((each) => each === name.trim()));
    if (chosen.includes(undefined))
      throw new InvalidArgumentError(`Give one of ${choices.join(', ')}, or several, separated by commas.`);
    return [...new Set([...(before ?? []), ...chosen.filter((each) => each !== undefined)])];
  };
  return withChoices(parse, choices, true);
}
