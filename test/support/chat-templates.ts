// Chat templates of well-known families, in small, each with the tokens that it needs.

import type { InstructModel } from './instruct-model.js';

type Family = InstructModel & { readonly template: string };

/** The embedded model has the tokens of ChatML, which Qwen and many others use. */
export const chatMl: Family = {
  template: `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`,
};

export const llama3: Family = {
  template: `{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message.role }}<|end_header_id|>

{{ message.content | trim }}<|eot_id|>{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>

{% endif %}`,
  controls: ['<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
};

/** As Qwen 3: the template writes an empty block where the model is not to reason, whose markers are user-defined. */
export const reasoning: Family = {
  template: `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking is false %}<think>

</think>

{% endif %}{% endif %}`,
  userDefined: ['<think>', '</think>'],
};

/** As DeepSeek R1: it always reasons, and the template opens the block. */
export const alwaysReasoning: Family = {
  template: `{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}{{ message.content }}{% elif message.role == 'user' %}<|User|>{{ message.content }}{% else %}<|Assistant|>{{ message.content }}</s>{% endif %}{% endfor %}{% if add_generation_prompt %}<|Assistant|><think>
{% endif %}`,
  controls: ['<|User|>', '<|Assistant|>'],
  userDefined: ['<think>', '</think>'],
};

/** As gpt-oss: reasoning and answer are messages of their own. */
export const channels: Family = {
  template: `{% for message in messages %}<|start|>{{ message.role }}{% if message.role == 'assistant' %}<|channel|>final{% endif %}<|message|>{{ message.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}{# <|channel|>analysis<|message|> #}`,
  controls: ['<|start|>', '<|channel|>', '<|message|>', '<|end|>', '<|return|>'],
};

/** As Gemma: no messages of the system, which go in front of the user's. */
export const noSystem: Family = {
  template: `{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}<start_of_turn>{{ 'model' if message.role == 'assistant' else message.role }}
{{ message.content | trim }}<end_of_turn>
{% endfor %}{% if add_generation_prompt %}<start_of_turn>model
{% endif %}`,
  controls: ['<start_of_turn>', '<end_of_turn>'],
};
