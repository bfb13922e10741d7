// Builds a prompt: what a strategy says, in the order of a family of models, with the delimiters of a format.

import type { PromptFormat, PromptSlot } from '../../engine/events/events.js';
import type { ChatMessage } from '../../engine/models/chat.js';
import type { PromptWriter, PromptDocument, SectionName, SolvedExample } from '../formats/format.js';
import { markdown } from '../formats/markdown.js';
import { plain } from '../formats/plain.js';
import { xml } from '../formats/xml.js';
import { placements, shortOrder, type ModelFamily, type TextFormat } from './placement.js';
import { strategies, type StrategyName } from '../strategies.js';
import { answersInParts, instructionText, pauseText, reminderText, taskText, type Wish } from './wording.js';

export const formatNames = ['markdown', 'xml', 'plain', 'messages'] as const satisfies readonly PromptFormat[];

export interface PromptRequest {
  readonly strategy: StrategyName;
  readonly question: string;
  /** Solved ones, for strategies that show some. */
  readonly examples: readonly SolvedExample[];
  /** Problems that the model is asked to recall, where it is. */
  readonly exemplarCount: number;
  /** Dots at the end, where a strategy pauses. */
  readonly pauses: number;
  readonly documents: readonly PromptDocument[];
  readonly family: ModelFamily;
  /** Undefined for what the family likes. */
  readonly format: PromptFormat | undefined;
}

export interface BuiltPrompt {
  /** One of the user's alone, unless the format is `messages`. */
  readonly messages: readonly ChatMessage[];
  readonly format: PromptFormat;
  /** Whether the answer comes in parts; it is the answer alone otherwise. For `answerPartsOf`. */
  readonly inParts: boolean;
  /** What it is made of, in order. */
  readonly parts: readonly PromptPart[];
}

export interface PromptPart {
  readonly slot: PromptSlot;
  readonly text: string;
}

const formats: Readonly<Record<TextFormat, PromptWriter>> = { markdown, xml, plain };

export function buildPrompt(request: PromptRequest): BuiltPrompt {
  const placement = placements[request.family];
  const name = request.format ?? placement.format;
  const format = formats[name === 'messages' ? placement.format : name];
  const wish = wishOf(request);
  const texts = textsOf(request, wish, format);
  const order = request.documents.length === 0 ? shortOrder : placement.order;
  // Turns tell most parts from each other without headings.
  const delimited = name === 'messages' ? (request.documents.length === 0 ? [] : asked) : sections;
  const parts = order.flatMap((slot): PromptPart[] => {
    const text = texts[slot];
    if (text === '') return [];
    const section = delimited.find((each) => each.slot === slot);
    return [{ slot, text: section === undefined ? text : format.section(section.name, text) }];
  });
  const messages = name === 'messages' ? turnsOf(parts, shownExamples(request), format) : [said('user', parts)];
  return { messages, format: name, inParts: answersInParts(wish), parts };
}

const asked: readonly { readonly slot: PromptSlot; readonly name: SectionName }[] = [
  { slot: 'question', name: 'Question' },
  { slot: 'reminder', name: 'Reminder' },
  { slot: 'pause', name: 'Pause' },
];
const sections: typeof asked = [
  { slot: 'task', name: 'Task' },
  { slot: 'instructions', name: 'Instructions' },
  ...asked,
];

function textsOf(request: PromptRequest, wish: Wish, format: PromptWriter): Readonly<Record<PromptSlot, string>> {
  const { strategy, question, pauses, documents } = request;
  const examples = shownExamples(request);
  return {
    task: taskText(wish),
    instructions: instructionText(wish, format),
    examples: examples.length === 0 ? '' : format.examples(examples),
    documents: documents.length === 0 ? '' : format.documents(documents),
    question,
    reminder: reminderText(wish, format),
    pause: strategies[strategy].pauses ? pauseText(pauses) : '',
  };
}

/** Without reasoning where it is not to be shown. */
function shownExamples({ strategy, examples }: PromptRequest): readonly SolvedExample[] {
  const { reasoning } = strategies[strategy];
  const isShown = reasoning !== 'none' && examples.every((example) => example.reasoning !== undefined);
  return isShown ? examples : examples.map((example) => ({ ...example, reasoning: undefined }));
}

function wishOf(request: PromptRequest): Wish {
  const { strategy, exemplarCount, documents, family } = request;
  const [first] = shownExamples(request);
  const examples = first === undefined ? 'none' : first.reasoning === undefined ? 'answers' : 'reasoning';
  return {
    ...{ strategy, exemplarCount, examples, hasDocuments: documents.length > 0 },
    isReduced: documents.some(({ content }) => content.kind === 'excerpts'),
    inTurns: request.format === 'messages',
    quotes: documents.length > 0 && placements[family].quotes,
  };
}

/** Instructions to the system, examples as turns, the rest from the user. */
function turnsOf(
  parts: readonly PromptPart[],
  examples: readonly SolvedExample[],
  format: PromptWriter,
): readonly ChatMessage[] {
  const toSystem = parts.filter(({ slot }) => slot === 'task' || slot === 'instructions');
  const fromUser = parts.filter((part) => !toSystem.includes(part) && part.slot !== 'examples');
  const turns = examples.flatMap((example): ChatMessage[] => [
    { role: 'user', text: example.question },
    { role: 'assistant', text: format.solution(example) },
  ]);
  return [said('system', toSystem), ...turns, said('user', fromUser)];
}

function said(role: ChatMessage['role'], parts: readonly PromptPart[]): ChatMessage {
  return { role, text: parts.map(({ text }) => text).join('\n\n') };
}
