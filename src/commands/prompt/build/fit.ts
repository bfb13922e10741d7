// Fits a prompt into a number of tokens: with all of its documents where that works, else with what of them bears on the
// question.

import type { PromptRecall } from '../../../engine/events/events.js';
import { UnspoolError } from '../../../errors.js';
import { buildPrompt, type BuiltPrompt, type PromptRequest } from '../../../prompting/building/build.js';
import type { PromptDocument } from '../../../prompting/formats/format.js';
import { excerptsOf } from '../../../prompting/building/excerpts.js';
import type { DocumentPassage, PromptDocuments, IndexedDocument } from './documents.js';

/** What a prompt is fitted into. */
export interface PromptBudget {
  /** Tokens of the prompt, at most. */
  readonly budget: number;
  /** Whether documents must be there as a whole. */
  readonly exact: boolean;
  readonly count: (text: string) => Promise<number>;
}

export interface FittedPrompt {
  readonly prompt: BuiltPrompt;
  readonly tokens: number;
  readonly shown: readonly PromptDocument[];
  /** How the passages were chosen; null where all text is there. */
  readonly recalled: PromptRecall | null;
  readonly unread: readonly UnspoolError[];
}

export type WithoutDocuments = Omit<PromptRequest, 'documents'>;
export type PromptSources = Pick<PromptDocuments, 'documents' | 'texts' | 'found' | 'telling'>;

/** Tokens around a passage: its lines, and what delimits it. */
const passageTokens = 24;
/** A passage of a document has at least so many tokens, or there are few of them. */
const shortPassage = 60;

/** Throws an `UnspoolError` where it does not fit. */
export async function fitPrompt(
  asked: WithoutDocuments,
  sources: PromptSources,
  fitting: PromptBudget,
): Promise<FittedPrompt> {
  const { budget, exact, count } = fitting;
  const { texts, documents } = sources;
  const measure = async (shown: readonly PromptDocument[]): Promise<{ prompt: BuiltPrompt; tokens: number }> => {
    const prompt = buildPrompt({ ...asked, documents: shown });
    return { prompt, tokens: await count(textOf(prompt)) };
  };
  // Tokens with all text, where that is held.
  let all = Infinity;
  if (texts !== undefined) {
    const shown = documents.map(({ label }, index): PromptDocument => {
      return { name: label.name, content: { kind: 'whole', text: texts[index] ?? '' } };
    });
    const whole = await measure(shown);
    all = whole.tokens;
    if (all <= budget) return { ...whole, shown, recalled: null, unread: [] };
    if (exact || documents.length === 0) {
      const canReduce = exact && documents.length > 0;
      throw tooLong(`the prompt takes ${all} tokens`, budget, { needed: all, canReduce });
    }
  } else if (exact) throw tooLong('the documents are many times too long', budget, { needed: all, canReduce: true });

  const bare = await measure(withPassages(documents, []));
  const room = budget - bare.tokens;
  const measureWith = (chosen: readonly DocumentPassage[]): Promise<Measured> =>
    measure(withPassages(documents, chosen));
  const neededFor = async (best: DocumentPassage | undefined): Promise<number> =>
    Math.min(all, best === undefined ? Infinity : (await measureWith([best])).tokens);
  if (room <= 0) {
    const [best] = (await sources.found(asked.question, 1)).passages;
    const needed = await neededFor(best ?? sources.telling([])[0]);
    const what = `the prompt takes ${bare.tokens} tokens without any text of the documents`;
    throw tooLong(what, budget, { needed, canReduce: false });
  }
  const { passages: found, unread, unknownWords } = await sources.found(asked.question, Math.ceil(room / shortPassage));
  const costOf = async ({ text }: DocumentPassage): Promise<number> => (await count(text)) + passageTokens;
  const costs = await Promise.all(found.map(costOf));
  // The digest takes long: only where the question finds too little.
  const isFilled = costs.reduce((sum, cost) => sum + cost, 0) >= room;
  const telling = isFilled ? [] : sources.telling(found);
  costs.push(...(await Promise.all(telling.map(costOf))));
  const passages = [...found, ...telling];
  const fitted = await fewerUntilFits(passages, fillingCount(costs, room), budget, measureWith);
  if (fitted === undefined) {
    const needed = await neededFor(passages[0]);
    throw tooLong('no passage of the documents fits', budget, { needed, canReduce: false });
  }
  const { chosen, ...measured } = fitted;
  const byQuestion = Math.min(found.length, chosen.length);
  const of = documents.at(-1)?.spans[1] ?? 0;
  const recalled = { byQuestion, byDigest: chosen.length - byQuestion, of, unknownWords };
  return { ...measured, shown: withPassages(documents, chosen), recalled, unread };
}

/** What all of its messages say. */
export function textOf({ messages }: Pick<BuiltPrompt, 'messages'>): string {
  return messages.map(({ text }) => text).join('\n');
}

/** How many of the first passages cost no more than `room`. */
function fillingCount(costs: readonly number[], room: number): number {
  let [sum, filling] = [0, 0];
  for (const cost of costs) {
    sum += cost;
    if (sum > room) break;
    filling += 1;
  }
  return Math.max(1, filling);
}

interface Measured {
  readonly prompt: BuiltPrompt;
  readonly tokens: number;
}

/** The costs are estimates: takes the least passages away until the whole fits. */
async function fewerUntilFits(
  passages: readonly DocumentPassage[],
  count: number,
  budget: number,
  measure: (chosen: readonly DocumentPassage[]) => Promise<Measured>,
): Promise<(Measured & { readonly chosen: readonly DocumentPassage[] }) | undefined> {
  for (let left = Math.min(count, passages.length); left > 0;) {
    const chosen = passages.slice(0, left);
    const measured = await measure(chosen);
    if (measured.tokens <= budget) return { ...measured, chosen };
    left = Math.min(left - 1, Math.floor((left * budget) / measured.tokens));
  }
  return undefined;
}

function withPassages(
  documents: readonly IndexedDocument[],
  passages: readonly DocumentPassage[],
): readonly PromptDocument[] {
  return documents.map(({ label, spans }, index) => {
    const own = passages.filter(({ document }) => document === index);
    return { name: label.name, content: { kind: 'excerpts', excerpts: excerptsOf(own, spans) } };
  });
}

/** Of a prompt that does not fit. */
interface PromptShortage {
  /** Tokens that would do; infinite where nobody counted them. */
  readonly needed: number;
  /** Whether passages would do. */
  readonly canReduce: boolean;
}

function tooLong(what: string, budget: number, { needed, canReduce }: PromptShortage): UnspoolError {
  const larger = needed === Infinity ? 'use a larger --budget' : `use a --budget of ${needed} or more`;
  const hint = canReduce ? `${larger}, or leave out --exact` : `${larger}, or a shorter question`;
  return new UnspoolError('prompt-too-long', `${what}: the budget is ${budget} tokens`, hint);
}
