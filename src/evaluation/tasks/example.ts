// What a task asks: a prompt, and how its answer is judged.

/** `choices`: the likeliest is the answer. `target`: its log-probability counts. `answer`: what the model writes. */
export type ExampleQuestion =
  | {
      readonly kind: 'choices';
      readonly choices: readonly string[];
      /** Index of the right one. */ readonly right: number;
    }
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'answer'; readonly answer: string };

export interface Example {
  readonly prompt: string;
  /** The text at the prompt's end that asks for the answer; empty where there is none. */
  readonly marker: string;
  readonly question: ExampleQuestion;
  /** The steps to the answer, where the task tells them. */
  readonly reasoning?: string;
}

/** An example that is no example: why, and where it stands. */
export interface BadExample {
  readonly problem: string;
  /** 1-based. */
  readonly line: number;
}

/** Examples in order, read as they are asked for. */
export interface Task {
  readonly name: string;
  examples(): AsyncIterable<Example | BadExample>;
  /** Whether its prompts must be as they are: no examples in front. */
  readonly fixedFormat: boolean;
  /** How much of it is read, 0 to 1; null where that is unknown. */
  progress(): number | null;
}

export function isExample(item: Example | BadExample): item is Example {
  return 'prompt' in item;
}

/** A prompt with its answer, as it stands in front of others. */
export function solvedPrompt({ prompt, question }: Example): string {
  const answer = answerOf(question);
  return prompt + (question.kind === 'answer' && !/\s$/.test(prompt) ? ` ${answer}` : answer);
}

export function answerOf(question: ExampleQuestion): string {
  switch (question.kind) {
    case 'choices':
      return question.choices[question.right] ?? '';
    case 'target':
      return question.target;
    case 'answer':
      return question.answer;
  }
}

/** An example with solved ones in front. */
export function withShots(example: Example, shots: readonly Example[]): Example {
  if (shots.length === 0) return example;
  return { ...example, prompt: [...shots.map(solvedPrompt), example.prompt].join('\n\n') };
}
