// What a model replies: told as it comes, and taken apart at the end.

import { expect, it } from 'vitest';
import { reply, type ReplyOptions } from '../../../../src/commands/prompt/build/reply.js';
import type { RunEvent } from '../../../../src/engine/events/events.js';
import type { UnspoolError } from '../../../../src/errors.js';
import { promptOf } from '../../../prompting/prompts.js';
import { scriptedChat } from '../../../support/scripted-chat.js';
import { inSession } from '../../../support/session.js';

const analogical = promptOf({ strategy: 'analogical', exemplarCount: 1 });
const wish: ReplyOptions = { replyTokens: undefined, temperature: 0, seed: 0, answerOnly: false };
const written = '## Problem 1\nOne crate?\n## Solution 1\n12 - 2 = 10\n## Reasoning\n5 * 10 = 50\n## Answer\n50';

async function replied(
  text: string,
  { maxTokens = 200, ...wished }: Partial<ReplyOptions> & { maxTokens?: number } = {},
): Promise<{ events: readonly RunEvent[]; failure: UnspoolError | undefined; chat: ReturnType<typeof scriptedChat> }> {
  const chat = scriptedChat(() => text);
  let failure: UnspoolError | undefined;
  const { events } = await inSession(async (session) => {
    failure = await reply(session, analogical, { ...wish, ...wished }, { chat, maxTokens });
  });
  return { events: events.slice(0, -1), failure, chat };
}

it('is told as it comes, with the recalled problems and the answer at its end', async () => {
  const { events, failure, chat } = await replied(written);
  expect(failure).toBeUndefined();
  expect(chat.asked).toEqual([analogical.messages]);
  expect(events).toEqual([
    { event: 'text-delta', text: written },
    {
      ...{ event: 'reply', text: written, tutorial: '', reasoning: '5 * 10 = 50', answer: '50', ended: 'stop' },
      exemplars: [{ problem: 'One crate?', solution: '12 - 2 = 10' }],
      tokens: { prompt: expect.any(Number) as number, reasoning: 0, answer: Math.ceil(written.length / 4) },
    },
  ]);
});

it('says where it was cut off, and fails where there has to be an answer', async () => {
  const { events, failure } = await replied(written, { maxTokens: 10, answerOnly: true });
  expect(events.slice(1)).toMatchObject([
    { event: 'reply', answer: null, ended: 'length' },
    { event: 'warning', code: 'reply-cut', message: 'the reply was cut off at 10 tokens' },
  ]);
  expect(failure).toMatchObject({ code: 'no-answer', exitCode: 1 });
  expect((await replied('I cannot.', { answerOnly: false })).failure).toBeUndefined();
});
