// The ways to ask a question, as data: what each does, who found it, and what it takes beside the question.

/** What a strategy asks for around the question. */
export interface Strategy {
  readonly description: string;
  /** Where it is from. */
  readonly source: string;
  /** Solved examples in front: `first` of a file, or those `nearest` to the question; `none`. */
  readonly examples: 'none' | 'first' | 'nearest';
  /** Whether examples are shown with their reasoning: all of them have to have one, or where all have. */
  readonly reasoning: 'none' | 'needed' | 'where-there';
  /** Whether the model recalls problems of its own. */
  readonly recalls: boolean;
  /** Whether it explains the ideas behind them first. */
  readonly tutorial: boolean;
  /** Whether a pause stands at the end. */
  readonly pauses: boolean;
  /** Whether the answer comes with the steps that lead to it. */
  readonly thinks: boolean;
}

export const strategyNames = [
  'direct',
  'zero-shot-cot',
  'few-shot',
  'few-shot-cot',
  'retrieved-few-shot',
  'analogical',
  'analogical-tutorial',
  'pause-then-think',
] as const;
export type StrategyName = (typeof strategyNames)[number];

const plain = {
  ...{ examples: 'none', reasoning: 'none', recalls: false, tutorial: false, pauses: false, thinks: false },
} as const satisfies Omit<Strategy, 'description' | 'source'>;

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  direct: {
    ...plain,
    description: 'the answer and nothing else',
    source: 'the zero-shot prompt of Brown et al. 2020, arXiv:2005.14165',
  },
  'zero-shot-cot': {
    ...plain,
    thinks: true,
    description: 'step by step, then the answer',
    source: 'Kojima et al. 2022, arXiv:2205.11916',
  },
  'few-shot': {
    ...plain,
    examples: 'first',
    description: 'as solved examples do, their answers alone',
    source: 'Brown et al. 2020, arXiv:2005.14165',
  },
  'few-shot-cot': {
    ...plain,
    ...{ examples: 'first', reasoning: 'needed', thinks: true },
    description: 'as solved examples do, step by step',
    source: 'Wei et al. 2022, arXiv:2201.11903',
  },
  'retrieved-few-shot': {
    ...plain,
    ...{ examples: 'nearest', reasoning: 'where-there' },
    description: 'as the solved examples do that are most like the question, with their steps where they have them',
    source: 'Liu et al. 2021, arXiv:2101.06804; Rubin et al. 2022, arXiv:2112.08633',
  },
  analogical: {
    ...plain,
    ...{ recalls: true, thinks: true },
    description: 'recalls problems like it, solves them, then this one; asks for ones it is sure of',
    source: 'Yasunaga et al. 2023, arXiv:2310.01714; that they be right: Qin et al. 2024, arXiv:2404.12728',
  },
  'analogical-tutorial': {
    ...plain,
    ...{ recalls: true, tutorial: true, thinks: true },
    description: 'as analogical, after a tutorial of the core ideas: for code',
    source: 'Yasunaga et al. 2023, arXiv:2310.01714',
  },
  'pause-then-think': {
    ...plain,
    ...{ pauses: true, thinks: true },
    description: 'a pause of dots, then step by step; helps models that were trained to use one',
    source: 'Goyal et al. 2023, arXiv:2310.02226; Pfau et al. 2024, arXiv:2404.15758',
  },
};

/** Yasunaga et al. 2023 find three to five exemplars best. */
export const usualExemplars = 3;
/** Goyal et al. 2023 append ten pauses in most of their tasks. */
export const usualPauses = 10;
/** Of a file, to show. */
export const usualExamples = 5;
/** Tokens of a reply at most, where replies are counted: an answer alone, with its steps, with problems recalled first. */
export const usualReplies = { alone: 64, thinking: 512, recalling: 1536 };
