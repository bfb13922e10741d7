// Messages as the tokens that a model was trained to answer: its own chat template, around text that stays literal.

import type { ChatHistoryItem, JinjaTemplateChatWrapper, LlamaModel, LlamaText, Token } from 'node-llama-cpp';
import type { ChatMessage } from '../../../engine/models/chat.js';
import { splitInside } from '../../../engine/tokens/literal-tokenizer.js';
import { UnspoolError } from '../../../errors.js';
import { ggufVocabulary, userDefinedTexts } from '../../gguf/vocabulary.js';
import { openingFor, reasoningMarkers, type ReasoningMarkers } from './reasoning.js';

export interface TemplatedPrompt {
  readonly tokens: readonly Token[];
  /** Whether the model goes on inside a reasoning block. */
  readonly reasons: boolean;
}

export interface ChatTemplate {
  /** Undefined where the model does not reason. */
  readonly markers: ReasoningMarkers | undefined;
  /** `reasoning`: whether the model may reason before it answers. */
  prompt(messages: readonly ChatMessage[], reasoning: boolean): TemplatedPrompt;
  /** Tokens of text that follows other text: nothing in it becomes a control token. */
  literal(text: string): Token[];
  /** Tokens of what a template writes. */
  special(text: string): Token[];
}

/** `source`: in Jinja. Throws an `UnspoolError` where it cannot be run. */
export async function chatTemplate(model: LlamaModel, name: string, source: string): Promise<ChatTemplate> {
  const { JinjaTemplateChatWrapper, SpecialToken, SpecialTokensText } = await import('node-llama-cpp');
  const special = (text: string): Token[] => model.tokenize(text, true, 'trimLeadingSpace');
  const markers = reasoningMarkers(source, (text) => special(text).length === 1);
  const literals = controlTexts(model, source, markers);

  function literal(text: string, trimmed = true): Token[] {
    return splitInside(text.toWellFormed(), literals).flatMap((piece, index) =>
      model.tokenize(piece, false, trimmed || index > 0 ? 'trimLeadingSpace' : undefined),
    );
  }

  function render(reasoning: boolean, variables: Readonly<Record<string, unknown>>): JinjaTemplateChatWrapper {
    return new JinjaTemplateChatWrapper({
      template: source,
      tokenizer: model.tokenizer,
      reasoning,
      // The template itself opens the answer, as llama.cpp and the model's makers have it.
      additionalRenderParameters: { add_generation_prompt: true, ...variables },
      // Nothing is called: to learn how takes seconds.
      functionCallMessageTemplate: 'noJinja',
    });
  }

  function wrapper(reasoning: boolean): JinjaTemplateChatWrapper {
    try {
      return render(reasoning, {});
    } catch {
      try {
        // Some go through the tools without a look whether there are any.
        return render(reasoning, { tools: [] });
      } catch (error) {
        const hint = 'use another model or another build of it, or --digest, which any model can';
        throw new UnspoolError('chat-template', `${name}: its chat template cannot be run`, hint, 1, { cause: error });
      }
    }
  }

  function tokensOf({ values }: LlamaText): Token[] {
    const tokens: Token[] = [];
    for (const value of values) {
      if (value instanceof SpecialToken) tokens.push(...value.tokenize(model.tokenizer));
      else if (value instanceof SpecialTokensText) tokens.push(...special(value.value));
      else tokens.push(...literal(value, tokens.length > 0));
    }
    const { bos, shouldPrependBosToken } = model.tokens;
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }

  const wrappers = new Map<boolean, JinjaTemplateChatWrapper>();
  return {
    markers,
    prompt(messages, reasoning) {
      const rendering = wrappers.get(reasoning) ?? wrapper(reasoning);
      wrappers.set(reasoning, rendering);
      const { contextText } = rendering.generateContextState({ chatHistory: messages.map(itemOf) });
      const last = contextText.values.at(-1);
      const opening = openingFor(markers, last instanceof SpecialTokensText ? last.value : '', reasoning);
      return { tokens: [...tokensOf(contextText), ...special(opening.text)], reasons: opening.reasons };
    },
    literal,
    special,
  };
}

function itemOf({ role, text }: ChatMessage): ChatHistoryItem {
  return role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text };
}

/** What the tokenizer would take for a control token although it stands in a message. */
function controlTexts(model: LlamaModel, template: string, markers: ReasoningMarkers | undefined): readonly string[] {
  const steering = `${template}${markers?.open ?? ''}${markers?.close ?? ''}`;
  // Others are plain text: runs of spaces, tags of HTML.
  const inTemplate = userDefinedTexts(model).filter((text) => text.trim().length > 1 && steering.includes(text));
  return [...new Set([...ggufVocabulary(model).controlLiterals, ...inTemplate])];
}
