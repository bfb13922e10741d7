// Words that tell what a stretch of a prompt is: what asks a model for something, and what announces a text.

/** Verbs of work that a model is asked for, as an imperative begins. Those that a text begins with as often are left out. */
const taskVerbs =
  'act|add|advise|amend|analy[sz]e|answer|apply|argue|ask|assess|assume|avoid|begin|break|brainstorm|build|calculate|categori[sz]e|' +
  'change|check|choose|cite|clarify|clean|classify|combine|come up|compare|compile|complete|compose|compress|compute|condense|' +
  'consider|construct|continue|convert|correct|count|craft|create|critique|debug|decide|define|describe|design|detect|' +
  'determine|develop|discuss|do|draft|draw|edit|elaborate|eliminate|embody|embrace|end|ensure|estimate|evaluate|examine|expand|' +
  'explain|explore|express|extract|fill|filter|find|fix|focus|follow|format|formulate|generate|give|go|group|guess|help|' +
  'highlight|identify|ignore|imagine|implement|improve|include|infer|insert|interpret|introduce|judge|justify|keep|' +
  'label|leave|limit|list|look|make|mark|match|mention|merge|modify|name|never|note|offer|omit|optimi[sz]e|order|organi[sz]e|' +
  'outline|paraphrase|parse|pick|picture|plan|point|polish|predict|prefer|prepare|present|pretend|prioriti[sz]e|' +
  'produce|proofread|propose|prove|provide|put|quote|rank|rate|read|rearrange|recommend|rephrase|redact|refactor|refer|reformat|reformulate|' +
  'remember|remove|reorder|repeat|replace|reply|report|reproduce|respond|restate|return|review|revise|rework|rewrite|roleplay|' +
  'route|say|score|select|separate|shorten|show|simplify|simulate|skip|solve|sort|speak|split|start|state|stick|suggest|' +
  'sum up|summari[sz]e|tag|take|talk|teach|tell|think|transcribe|transform|translate|turn|update|use|validate|verify|write';

const opening = String.raw`(?:(?:please|now|then|first|next|finally|always|also|and|kindly|okay|ok|so|next,|but)[,:]?\s+)*`;
const asked = String.raw`(?:your (?:task|job|goal|role|mission) is|you(?:'ll| (?:will|must|should|can|may|need to|have to|are to|are going to|are asked to))|i(?:'d| would)? (?:want|need|like|would like) (?:you to)?|i'd like you to|(?:can|could|would|will) you|let's|let us|help me|do not|don't|make sure|be sure|try to|feel free|be )`;

const imperative = new RegExp(String.raw`^${opening}(?:\w+ly\s+)?(?:${taskVerbs})\b(?!['’]|\s*:)`, 'i');
const request = new RegExp(String.raw`^${opening}${asked}`, 'i');
const role = new RegExp(String.raw`^you (?:\w+ly )?(?:${taskVerbs})\b`, 'i');
const laterImperative = new RegExp(
  String.raw`(?:[,;:]|\b(?:and|then|please|to|you|must|should|will|task is to)) (?:please |then |always |not )*(?:${taskVerbs})\b`,
  'i',
);

/** With its mark, or in the words that a question begins with. */
const question = /\?["'”)*]*$|^(?:how (?:many|much|long|old|far|do|does|did|can|to)|what|which|who|whose|why)\b/i;

/** Whether a sentence asks for something, or sets a rule. */
export function isRequest(sentence: string): boolean {
  const text = sentence.replace(/^[\s*_>#\-•\d.)"'“]+/, '');
  return imperative.test(text) || request.test(text) || role.test(text) || question.test(text);
}

/** The same for a sentence of which the first half only sets the scene. */
export function mayBeRequest(sentence: string): boolean {
  return isRequest(sentence) || laterImperative.test(sentence) || sentence.includes('?');
}

const documentNouns =
  'abstracts?|articles?|background|chapters?|chat|code|comments?|contents?|contexts?|contracts?|conversations?|cv|data|' +
  'diff|documents?|drafts?|e-?mails?|essays?|excerpts?|feedback|input|interviews?|job description|letters?|logs?|mails?|' +
  'messages?|minutes|notes|papers?|paragraphs?|passages?|policy|posts?|quotes?|readme|records?|reports?|results?|' +
  'resumes?|reviews?|schema|snippets?|source|sources|stor(?:y|ies)|texts?|tickets?|transcripts?';
const documentNoun = new RegExp(String.raw`\b(?:${documentNouns})\b`, 'i');
const documentLabel = new RegExp(String.raw`^(?:the )?(?:\w+ )?(?:${documentNouns})(?: \d+)?:\s+\S`, 'i');

/** A line announces a text in so many words at most. */
const announcementWords = 14;

/** `Transcript:`, `Here is the log of last night.`: what follows is a text to work on. */
export function announcesDocument(line: string): boolean {
  const text = line.trim();
  if (text.split(/\s+/).length > announcementWords || !documentNoun.test(text)) return false;
  return text.endsWith(':') || /^(?:here (?:is|are)|this is|below is|below are) .*\.$/i.test(text);
}

/** `Text: It was a dark night …`: the text stands behind its label. */
export function hasDocumentLabel(line: string): boolean {
  return documentLabel.test(line);
}

/** What the title of a section says of what stands in it. */
export function titleKind(title: string): 'example' | 'document' | 'instruction' {
  if (/\b(?:few[- ]shot|examples?|demonstrations?|shots|samples?)\b/i.test(title)) return 'example';
  const isAboutAnswer = /\b(?:output|answer|response|format|instructions?|rules?|task|style|tone|steps|goal)\b/i;
  return documentNoun.test(title) && !isAboutAnswer.test(title) ? 'document' : 'instruction';
}

/** What the name of a tag says of what stands in it. */
export function tagKind(name: string): 'example' | 'document' | 'instruction' {
  const words = name.toLowerCase().split(/[_\-.\d]+/);
  const has = (...known: string[]): boolean => words.some((word) => known.includes(word));
  if (has('example', 'examples', 'shot', 'shots', 'demonstration', 'demonstrations')) return 'example';
  const instructions = ['instruction', 'instructions', 'rule', 'rules', 'task', 'role', 'guideline', 'guidelines'];
  const answers = [
    'output',
    'format',
    'question',
    'query',
    'request',
    'steps',
    'goal',
    'objective',
    'persona',
    'style',
  ];
  return has(...instructions, ...answers, 'tone', 'system', 'constraint', 'constraints', 'prompt')
    ? 'instruction'
    : 'document';
}

/** A paragraph in the middle of a text that speaks to the model, not to the readers of the text. */
export function addressesModel(paragraph: string, isLast: boolean): boolean {
  const answer = '(?:answer|reply|response|summary|output|translation|review|notes?|list|report|minutes)';
  if (new RegExp(String.raw`^(?:\w+[,:]? )?(?:in|for|from|with) your ${answer}\b`, 'i').test(paragraph)) return true;
  if (/^(?:question|task|instructions?)\s*:/i.test(paragraph)) return true;
  if (/^(?:based on|using|from|given) the .*\b(?:above|below)\b/i.test(paragraph)) return true;
  if (!isRequest(paragraph)) return false;
  return (
    isLast ||
    new RegExp(String.raw`\b(?:your ${answer}|(?:text|document|log|transcript)s? above)\b`, 'i').test(paragraph)
  );
}

const functionWords = /\b(?:the|an?|of|to|and|in|is|are|for|with|you|it|that|this|on|as|at|by|was|from|be)\b/gi;
/** In English prose it is more than a third; in code and in other languages that have such words, less than this. */
const englishShare = 0.15;

/** Whether the rules on words can judge a text: they know English only. */
export function isEnglish(text: string): boolean {
  const words = text.match(/\p{L}+/gu)?.length ?? 0;
  return (text.match(functionWords)?.length ?? 0) >= englishShare * words;
}
