// Whether a written answer is the right one, also at the end of what was thought aloud.

import type { Example } from './example.js';

/**
 * As texts, without case, articles, punctuation and double spaces (Rajpurkar et al. 2016, SQuAD's exact match); an answer
 * that is a number, by the last number of the text.
 */
export function isRight(written: string, answer: string): boolean {
  const expected = numberIn(answer);
  if (expected !== undefined && isNumber(answer)) return numberIn(written) === expected;
  return normalised(written) === normalised(answer);
}

const number = /[-−]?\$?\d[\d,]*(?:\.\d+)?/g;

function isNumber(text: string): boolean {
  return /^[-−]?\$?\d[\d,]*(?:\.\d+)?%?$/.test(text.trim());
}

/** The last number, without currency and grouping. */
export function numberIn(text: string): number | undefined {
  const last = text.match(number)?.at(-1);
  return last === undefined ? undefined : Number(last.replace('−', '-').replace(/[$,]/g, ''));
}

function normalised(text: string): string {
  return text
    .toLowerCase()
    .replace(/\p{P}+/gu, '')
    .replace(/\b(?:an?|the)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Kojima et al. 2022, "Large Language Models are Zero-Shot Reasoners". */
const invitation = " Let's think step by step.";

/** The same question, to be thought about in words first. */
export function thinkingAloud(example: Example): Example {
  const { prompt, marker } = example;
  const asked = `${prompt.trimEnd()}${invitation}`;
  return { ...example, prompt: asked, marker: marker === '' ? '' : `${marker.trimEnd()}${invitation}` };
}

/** What follows the last "answer is", or the last line. */
export function conclusionOf(text: string): string {
  return concludedIn(text) ?? (text.trim().split('\n').at(-1) ?? '').trim();
}

/** What follows the last "answer is"; undefined where it does not say so. */
export function concludedIn(text: string): string | undefined {
  const [, said] = [...text.matchAll(/answer is:?\s*([^\n]+)/gi)].at(-1) ?? [];
  return said?.trim();
}
