// Turns of a conversation as the chat API of a family takes them: a request to be, but for the model's name.

import type { ChatMessage } from '../engine/chat.js';
import type { Family } from './placement.js';

/** What takes them, for help. */
export const chatApis: Readonly<Record<Family, string>> = {
  gpt: 'OpenAI Chat Completions',
  claude: 'Anthropic Messages',
  gemini: 'Gemini generateContent',
  llama: 'OpenAI-compatible chat completions',
};

/** JSON on several lines. */
export function chatBody(messages: readonly ChatMessage[], family: Family): string {
  return JSON.stringify(bodyOf(messages, family), null, 2);
}

function bodyOf(messages: readonly ChatMessage[], family: Family): object {
  const system = messages.filter(({ role }) => role === 'system').map(({ text }) => text);
  const turns = messages.filter(({ role }) => role !== 'system');
  switch (family) {
    case 'claude':
      return { system: system.join('\n\n'), messages: turns.map(({ role, text }) => ({ role, content: text })) };
    case 'gemini':
      return {
        systemInstruction: { parts: system.map((text) => ({ text })) },
        contents: turns.map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] })),
      };
    case 'gpt':
    case 'llama':
      return { messages: messages.map(({ role, text }) => ({ role, content: text })) };
  }
}
