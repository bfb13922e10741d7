// How models set a reasoning block apart from their answer, and what in a chat template tells.

/** Texts around a block. A model of channels writes its answer as a second message, after a header of its own. */
export type ReasoningMarkers =
  | { readonly kind: 'block'; readonly open: string; readonly close: string }
  | {
      readonly kind: 'channel';
      readonly open: string;
      readonly close: string;
      /** Begins the next message. */
      readonly turn: string;
      readonly answer: string;
    };

const known: readonly ReasoningMarkers[] = [
  // gpt-oss.
  {
    kind: 'channel',
    open: '<|channel|>analysis<|message|>',
    close: '<|end|>',
    turn: '<|start|>assistant',
    answer: '<|channel|>final<|message|>',
  },
  // Gemma 4.
  { kind: 'block', open: '<|channel>thought', close: '<channel|>' },
  // DeepSeek, Qwen, GLM and most others.
  { kind: 'block', open: '<think>', close: '</think>' },
  // EXAONE.
  { kind: 'block', open: '<thought>', close: '</thought>' },
  // Mistral.
  { kind: 'block', open: '[THINK]', close: '[/THINK]' },
  // Command.
  { kind: 'block', open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
  // Seed.
  { kind: 'block', open: '<seed:think>', close: '</seed:think>' },
];

/** The markers that the template names, or that are tokens of the model; undefined where it does not reason. */
export function reasoningMarkers(template: string, isToken: (text: string) => boolean): ReasoningMarkers | undefined {
  return (
    known.find(({ open, close }) => template.includes(open) && template.includes(close)) ??
    known.find(({ open, close }) => isToken(open) && isToken(close))
  );
}

/** What is put behind a prompt so that the model writes what is wanted. `tail`: how the prompt ends. */
export interface Opening {
  readonly text: string;
  /** Whether the model goes on inside a reasoning block. */
  readonly reasons: boolean;
}

export function openingFor(markers: ReasoningMarkers | undefined, tail: string, wanted: boolean): Opening {
  if (markers === undefined) return { text: '', reasons: false };
  if (markers.kind === 'channel') return { text: wanted ? markers.open : markers.answer, reasons: wanted };
  const isOpen = tail.lastIndexOf(markers.open) > tail.lastIndexOf(markers.close);
  if (!isOpen || wanted) return { text: '', reasons: isOpen };
  return { text: closingOf(markers), reasons: false };
}

/** Ends a block whose budget is used up; the answer follows. */
export function closingOf(markers: ReasoningMarkers): string {
  return markers.kind === 'block' ? `\n${markers.close}\n\n` : `${markers.close}${markers.turn}${markers.answer}`;
}
