// Turns of a conversation as the chat API of a family takes them: a request to be, but for the model's name.

import type { ChatMessage } from '../../engine/models/chat.js';
import type { ModelFamily } from './placement.js';

/** What takes them, for help. */
export const chatApis: Readonly<Record<ModelFamily, string>> = {
  gpt: 'OpenAI Chat Completions',
  claude: 'Anthropic Messages',
  gemini: 'Gemini generateContent',
  llama: 'OpenAI-compatible chat completions',
};

/** JSON on several lines. */
export function chatBody(messages: readonly ChatMessage[], family: ModelFamily): string {
  const bodyOf = { gpt: openAiBody, llama: openAiBody, claude: anthropicBody, gemini: geminiBody }[family];
  return JSON.stringify(bodyOf(messages), null, 2);
}

export function openAiBody(messages: readonly ChatMessage[]) {
  return { messages: messages.map(({ role, text }) => ({ role, content: text })) };
}

/** The system's part stands apart. */
export function anthropicBody(messages: readonly ChatMessage[]) {
  const { system, turns } = partsOf(messages);
  return {
    system: system.join('\n\n'),
    messages: turns.map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'assistant', content: text }) as const),
  };
}

/** The same, in parts; the assistant is called the model. */
export function geminiBody(messages: readonly ChatMessage[]) {
  const { system, turns } = partsOf(messages);
  return {
    systemInstruction: { parts: system.map((text) => ({ text })) },
    contents: turns.map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] }) as const),
  };
}

function partsOf(messages: readonly ChatMessage[]) {
  const system = messages.filter(({ role }) => role === 'system').map(({ text }) => text);
  return { system, turns: messages.filter(({ role }) => role !== 'system') };
}
