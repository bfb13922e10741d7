// Where the rules come from: the guides of those who make models, papers, and OWASP's list.

export interface RuleSource {
  readonly title: string;
  readonly url: string;
}

export const openaiGuide: RuleSource = {
  title: 'OpenAI, GPT-4.1 Prompting Guide (2025)',
  url: 'https://cookbook.openai.com/examples/gpt4-1_prompting_guide',
};

export const openaiPractices: RuleSource = {
  title: 'OpenAI, Best practices for prompt engineering with the OpenAI API',
  url: 'https://help.openai.com/en/articles/6654000',
};

export const anthropicPractices: RuleSource = {
  title: 'Anthropic, Prompting best practices',
  url: 'https://platform.claude.com/docs/en/build-with-claude/prompt-engineering/claude-prompting-best-practices',
};

export const googleStrategies: RuleSource = {
  title: 'Google, Prompt design strategies',
  url: 'https://ai.google.dev/gemini-api/docs/prompting-strategies',
};

export const googleLongContext: RuleSource = {
  title: 'Google, Long context',
  url: 'https://ai.google.dev/gemini-api/docs/long-context',
};

export const lostInTheMiddle: RuleSource = {
  title: 'Liu et al., Lost in the Middle (2023)',
  url: 'https://arxiv.org/abs/2307.03172',
};

export const sameTaskMoreTokens: RuleSource = {
  title: 'Levy et al., Same Task, More Tokens (2024)',
  url: 'https://arxiv.org/abs/2402.14848',
};

/** Of examples that are close to what is asked, the answer is copied. */
export const copyingEffect: RuleSource = {
  title: 'Lyu et al., Z-ICL (2023), on the copying effect',
  url: 'https://arxiv.org/abs/2212.09865',
};

export const promptInjection: RuleSource = {
  title: 'OWASP Top 10 for LLM Applications 2025, LLM01 Prompt Injection',
  url: 'https://genai.owasp.org/llmrisk/llm01-prompt-injection/',
};
