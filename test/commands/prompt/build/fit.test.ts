// Prompts within a budget: documents as they are where they fit, and what bears on the question where they do not.

import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  fitPrompt,
  textOf,
  type FittedPrompt,
  type WithoutDocuments,
} from '../../../../src/commands/prompt/build/fit.js';
import { PromptDocuments } from '../../../../src/commands/prompt/build/documents.js';
import { encodingCount } from '../../../../src/commands/prompt/build/target.js';
import { UnspoolError } from '../../../../src/errors.js';
import { formatNames } from '../../../../src/prompting/building/build.js';
import { familyNames } from '../../../../src/prompting/building/placement.js';
import { strategyNames } from '../../../../src/prompting/strategies.js';
import { file, root } from '../../../support/cli.js';
import { inSession } from '../../../support/session.js';
import { examples } from '../../../prompting/prompts.js';

const novel = readFileSync(`${root}fixtures/documents/moby-dick.txt`, 'utf8').slice(0, 120_000);
const novelFile = file('novel.txt', novel);
const noteFile = file('note.txt', 'The carver is Queequeg.\n');

async function remembered(paths: readonly string[], mostHeld = Infinity): Promise<PromptDocuments> {
  const documents = await PromptDocuments.open(mostHeld);
  onTestFinished(() => documents.dispose());
  await inSession(async (session) => {
    for (const path of paths) await documents.read(session, path, {});
  });
  return documents;
}

const asked: WithoutDocuments = {
  ...{ strategy: 'direct', question: 'Who wears a tomahawk and a beaver hat?', examples: [] },
  ...{ exemplarCount: 3, pauses: 10, family: 'gpt', format: undefined },
};
const encoding = await encodingCount('o200k_base');
const count = (text: string): Promise<number> => encoding.count(text);

function shownText({ shown }: FittedPrompt): string[] {
  return shown.flatMap(({ content }) =>
    content.kind === 'whole'
      ? [content.text]
      : content.excerpts.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : [])),
  );
}

async function failureOf(...asked: Parameters<typeof fitPrompt>): Promise<UnspoolError> {
  const outcome = await fitPrompt(...asked).catch((error: unknown) => error);
  if (outcome instanceof UnspoolError) return outcome;
  throw new Error('it fits');
}

describe('a prompt', () => {
  it('holds documents as they are where they fit', async () => {
    const memory = await remembered([noteFile, novelFile]);
    const fitted = await fitPrompt(asked, memory, { budget: 100_000, exact: true, count });
    expect(shownText(fitted)).toEqual(['The carver is Queequeg.\n', novel]);
    expect(fitted.recalled).toBeNull();
    expect(fitted.tokens).toBe(await count(textOf(fitted.prompt)));
  });

  it('stays within every budget, and fills it with passages in the order of the documents', async () => {
    const memory = await remembered([noteFile, novelFile]);
    let before = 0;
    for (const budget of [400, 700, 2000, 9000]) {
      const fitted = await fitPrompt(asked, memory, { budget, exact: false, count });
      expect(fitted.tokens).toBeLessThanOrEqual(budget);
      expect(fitted.tokens).toBe(await count(textOf(fitted.prompt)));
      // A passage has up to some 200 tokens.
      if (budget >= 2000) expect(fitted.tokens).toBeGreaterThan(0.75 * budget);
      const texts = shownText(fitted);
      const passages = texts.join(' ').length;
      expect(passages).toBeGreaterThan(before);
      before = passages;
      expect(texts.some((text) => /tomahawk|beaver/.test(text))).toBe(true);
      const places = texts.map((text) => novel.indexOf(text.slice(0, 60).split('\n')[0] ?? ''));
      expect(places.slice(1)).toEqual(places.slice(1).toSorted((a, b) => a - b));
      expect(fitted.recalled).toMatchObject({ byQuestion: expect.any(Number) as number, unknownWords: [] });
      // The question finds more than a small prompt takes.
      if (budget <= 2000) expect(fitted.recalled?.byDigest).toBe(0);
    }
  });

  it('stays within its budget in every strategy, format and family', async () => {
    const memory = await remembered([novelFile]);
    for (const [at, strategy] of strategyNames.entries()) {
      const family = familyNames[at % familyNames.length] ?? 'gpt';
      for (const format of formatNames) {
        const request = { ...asked, strategy, family, format, ...(strategy.includes('few') && { examples }) };
        const fitted = await fitPrompt(request, memory, { budget: 1000, exact: false, count });
        expect(await count(textOf(fitted.prompt)), `${strategy} ${format}`).toBeLessThanOrEqual(1000);
        expect(shownText(fitted).length).toBeGreaterThan(0);
      }
    }
  });

  it('takes the most telling passages where the question finds nothing, and says which words it does not find', async () => {
    const memory = await remembered([novelFile], 1000);
    const request = { ...asked, question: 'Does Kubernetes reboot?' };
    const fitted = await fitPrompt(request, memory, { budget: 1500, exact: false, count });
    expect(fitted.recalled).toMatchObject({ byQuestion: 0, unknownWords: ['kubernetes', 'reboot'] });
    expect(fitted.recalled?.byDigest).toBeGreaterThan(2);
    expect(fitted.tokens).toBeLessThanOrEqual(1500);
  });

  it('shows the same text once', async () => {
    const memory = await remembered([noteFile, noteFile, novelFile], 1000);
    const request = { ...asked, question: 'Who is the carver Queequeg?' };
    const fitted = await fitPrompt(request, memory, { budget: 1500, exact: false, count });
    const texts = shownText(fitted);
    expect(texts.filter((text) => text === 'The carver is Queequeg.')).toHaveLength(1);
    expect(fitted.shown[1]?.content).toMatchObject({ excerpts: [{ kind: 'left-out', after: null, before: null }] });
  });

  it('is refused where documents have to be whole and do not fit, and where nothing fits', async () => {
    const held = await remembered([novelFile]);
    const notHeld = await remembered([novelFile], 1000);
    const exact = { budget: 1000, exact: true, count };
    const whole = await failureOf(asked, held, exact);
    expect(whole.message).toMatch(/takes 2\d\d\d\d tokens: the budget is 1000 tokens$/);
    const [, needed = ''] = /takes (\d+) tokens/.exec(whole.message) ?? [];
    expect(whole.hint).toBe(`use a --budget of ${needed} or more, or leave out --exact`);
    await expect(fitPrompt(asked, held, { ...exact, budget: Number(needed) })).resolves.toMatchObject({
      recalled: null,
    });
    await expect(fitPrompt(asked, notHeld, exact)).rejects.toMatchObject({
      hint: 'use a larger --budget, or leave out --exact',
    });
    const tiny = { budget: 30, exact: false, count };
    const bare = await failureOf(asked, held, tiny);
    expect(bare.message).toMatch(/tokens without any text of the documents/);
    const filled = await failureOf(asked, held, { ...tiny, budget: 200 });
    expect(filled.message).toMatch(/no passage of the documents fits/);
    for (const { hint } of [bare, filled]) {
      const [, least = ''] = /^use a --budget of (\d+) or more, or a shorter question$/.exec(hint ?? '') ?? [];
      expect(shownText(await fitPrompt(asked, held, { ...tiny, budget: Number(least) }))).toHaveLength(1);
    }
    const none = { documents: [], texts: [], found: () => Promise.reject(new Error('asked')), telling: () => [] };
    await expect(fitPrompt(asked, none, { ...tiny, budget: 10 })).rejects.toMatchObject({ code: 'prompt-too-long' });
  });
});
