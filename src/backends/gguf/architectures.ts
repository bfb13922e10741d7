// The architectures that llama.cpp v0.5.0 knows, by how they keep the past (src/llama-arch.cpp). For lists of models:
// a run asks llama.cpp itself.

/** Purely recurrent: llm_arch_is_recurrent. */
const recurrent = words(`
  mamba mamba2 rwkv6 rwkv6qwen2 rwkv7 arwkv7
`);

/** Attention layers beside recurrent ones: llm_arch_is_hybrid. */
const hybrid = words(`
  jamba falcon-h1 plamo2 granitehybrid lfm2 lfm2moe nemotron_h nemotron_h_moe qwen3next kimi-linear bailingmoe3
  kimi-k3 qwen35 qwen35moe qwen4exp deepseek4 minimax-01
`);

/** Parts of other models, and models of other things than text: projectors, draft heads, speech. */
const otherParts = words(`
  clip wavtokenizer-dec qwen3tts pockettts eagle3 dflash gemma4-assistant
`);

const attention = words(`
  llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bert modern-bert nomic-bert
  nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert bloom stablelm qwen qwen2 qwen2moe qwen2vl qwen3
  qwen3moe qwen3vl qwen3vlmoe phi2 phi3 phimoe plamo plamo3 codeshell orion internlm2 minicpm minicpm3 gemma
  gemma2 gemma3 gemma3n gemma4 gemma-embedding starcoder2 maple xverse command-r cohere2 cohere2moe dbrx olmo
  olmo2 olmoe muse-glimmer openelm arctic deepseek deepseek2 deepseek2-ocr deepseek32 chatglm glm4 glm4moe
  glm-dsa bitnet t5 t5encoder jais jais2 nemotron exaone exaone4 exaone-moe granite granitemoe graniteswitch
  granite_swa chameleon plm bailingmoe bailingmoe2 dots1 dots3note arcee afmoe laguna ernie4_5 ernie4_5-moe
  hunyuan-moe hunyuan-dense hunyuan_vl hy_v3 hy_v4 smollm3 gpt-oss dream smallthinker llada llada-moe seed_oss
  grovemoe apertus hrm_text minimax-m2 minimax-m3 cogvlm rnd1 pangu-embedded mistral3 mistral4 paddleocr mimo2
  step35 spark2_5 llama-embed maincoder talkie mellum nanbeige
`);

export type ArchitectureKind = 'attention' | 'recurrent' | 'hybrid' | 'no-text-model' | 'unknown';

/** `name`: as `general.architecture` gives it. */
export function architectureKind(name: string): ArchitectureKind {
  if (attention.has(name)) return 'attention';
  if (recurrent.has(name)) return 'recurrent';
  if (hybrid.has(name)) return 'hybrid';
  return otherParts.has(name) ? 'no-text-model' : 'unknown';
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
