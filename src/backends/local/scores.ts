// Exact scores of known next tokens through node-llama-cpp's public API.

import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from 'node-llama-cpp';

/** Appends `tokens` to the cache. Returns nats per target, as `Backend.decode` does. */
export async function decode(
  sequence: LlamaContextSequence,
  tokens: Int32Array,
  targets: Int32Array,
): Promise<Float32Array> {
  const input = Array.from(tokens, (token, index) => {
    const target = targets[index];
    return target === undefined || target < 0 ? (token as Token) : scoreRequest(token as Token, target as Token);
  });
  const outputs = await sequence.controlledEvaluate(input);
  return Float32Array.from(targets, (target, index) => {
    if (target < 0) return Number.NaN;
    const next = outputs[index]?.next;
    const logit = next?.logits?.get(target as Token);
    if (next?.logits === undefined || logit === undefined || next.totalLogitWeight === undefined) {
      throw new Error('llama.cpp returned no score for a token');
    }
    // totalLogitWeight is the sum of exp(logit - maximum); the greedy choice has the maximum.
    return Math.max(...next.logits.values()) + Math.log(next.totalLogitWeight) - logit;
  });
}

/** Asks for what the score of a known next token needs, and no more. */
function scoreRequest(token: Token, target: Token): ControlledEvaluateInputItem {
  return [
    token,
    {
      generateNext: {
        logits: { filter: { tokens: [target], includeSelected: true } },
        totalLogitWeight: true,
        options: { temperature: 0 },
      },
    },
  ];
}
