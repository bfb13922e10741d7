// What a statement demands of the answer, as far as two demands can exclude each other.

import type { ParsedPart, ParsedPrompt } from './parsed-prompt.js';
import type { Statement } from './statements.js';

export interface Claim {
  readonly part: ParsedPart;
  readonly statement: Statement;
  /** What it is about: claims on different things never conflict. */
  readonly about: string;
  readonly value: string;
  /** Least and most, where it is about a number. */
  readonly bounds: readonly [least: number, most: number] | null;
}

/** A statement that holds only sometimes excludes nothing. */
const conditional =
  /^(?:if|when|whenever|unless|in case|where|for (?:each|every|any)|once|should|only if|otherwise|before|after)\b|[,(] (?:if|when|unless|except|where|only if)\b|\b(?:unless|except)\b|\b(?:if|when) (?:the|there|it|they|you|a|an|asked)\b/i;

/** A measure of a part of the answer says nothing of the whole. */
const scoped =
  /\b(?:each|every|per|apiece|after (?:each|that)|first (?:line|sentence|paragraph)|last (?:line|sentence|paragraph)|titles?|headlines?|subject|examples?|steps?|items?|entr(?:y|ies)|quot\w+|notes?|teaser|intro\w*|conclusions?|then an?)\b/i;

const languages =
  'english|german|french|spanish|italian|portuguese|dutch|polish|russian|turkish|arabic|hindi|chinese|japanese|korean';

const negation = String.raw`\b(?:no|not|never|without|avoid|don't|do not|refrain from|leave out|omit)\b`;
const only =
  /\b(?:only|nothing but|just) (?:the |an? |one |valid |raw )*(?:json|sql|query|code|label|number|word|translation|result|answer|object|list|table|letter|score)\b(?!.*\bwhen\b)|\bnothing else\b|\bno (?:other|additional|extra|further|surrounding) (?:text|words|output|comments?)\b|\b(?:no|without(?: any)?|don't give any|do not add any) explanations?\b|\bdo not explain (?:anything|your|the)\b/i;
const explains =
  /\b(?:explain|justify|describe|give|show|walk (?:me )?through|add|include|state)\b[^.;]*\b(?:your (?:reasoning|thinking|steps|choice|answer|decision|work)|why you|(?:short|brief|one-sentence)? ?(?:explanation|justification|rationale|reasoning))\b|\bthink (?:step by step )?out loud\b|\bexplain\b[^.;]*\bstep by step\b/i;

/** Named facets of an answer: how a statement asks for one side, or for the other. */
const facets: readonly {
  readonly about: string;
  readonly sides: readonly (readonly [value: string, pattern: RegExp])[];
}[] = [
  {
    about: 'explanations',
    sides: [
      ['none', only],
      ['some', explains],
    ],
  },
  {
    about: 'bullet points',
    sides: [
      ['none', new RegExp(String.raw`${negation}[^.;:]{0,24}\b(?:bullet(?:ed)?(?: points?| lists?)?|bullets)\b`, 'i')],
      ['some', /\bbullet(?:ed)?(?: points?| lists?)?\b/i],
    ],
  },
  {
    about: 'Markdown',
    sides: [
      ['none', new RegExp(String.raw`${negation}[^.;:]{0,16}\bmarkdown\b|\b(?:as|in|only) plain text\b`, 'i')],
      ['some', /\b(?:as|in|use|using|with) (?:a |valid )?(?:markdown|bold)\b|\bmarkdown (?:table|headings?|list)\b/i],
    ],
  },
  {
    about: 'the case of the answer',
    sides: [
      ['lower', /\b(?:in|all) (?:all )?lower[- ]?case\b/i],
      ['upper', /\b(?:in|all) (?:all )?(?:upper[- ]?case|capitals|caps)\b/i],
    ],
  },
  {
    about: 'how long it may be',
    sides: [
      [
        'short',
        /\b(?:be|keep (?:it|this|the (?:answer|text|summary))|stay|make it) (?:as )?(?:very )?(?:brief|short|concise|terse)\b|^(?:answer|respond|reply) (?:briefly|concisely)\b/i,
      ],
      [
        'long',
        /\b(?:in (?:great|full|much) detail|as (?:detailed|thorough|exhaustive|much detail) as possible|exhaustive(?:ly)?|leave nothing out|very detailed|in as much detail as you can)\b/i,
      ],
    ],
  },
];

const language = new RegExp(
  String.raw`^(?:please |always |only |you (?:must|should|will) )*(?:always |only )?(?:answer|reply|respond|write(?: (?:it|everything|the (?:answer|text|summary|reply)))?|speak)\b[^.;:]{0,30}\bin (${languages})\b`,
  'i',
);

const units = 'words|sentences|paragraphs|characters|bullet points|bullets|lines';
const number = String.raw`(\d[\d,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten)`;
const atMost = new RegExp(
  String.raw`\b(?:at most|no more than|not more than|up to|max(?:imum)?(?: of)?|fewer than|less than|under|within|limit(?:ed)? (?:\w+ )?to) ${number} (${units})|${number} (${units}) (?:or (?:fewer|less)|at (?:the )?most|max(?:imum)?)\b`,
  'i',
);
const atLeast = new RegExp(
  String.raw`\b(?:at least|no fewer than|no less than|more than|over|min(?:imum)?(?: of)?) ${number} (${units})|${number} (${units}) (?:or more|at least|minimum)\b`,
  'i',
);
const exactly = new RegExp(
  String.raw`\b(?:in|exactly|of) (?:exactly )?${number} (sentence|word|paragraph|${units})\b`,
  'i',
);

export function claimsOf({ parts }: ParsedPrompt): readonly Claim[] {
  return parts.flatMap((part) =>
    part.statements
      .filter(({ plain }) => !conditional.test(plain))
      .flatMap((statement) => claimsIn(statement.plain).map((claim) => ({ part, statement, ...claim }))),
  );
}

type Bare = Omit<Claim, 'part' | 'statement'>;

function claimsIn(text: string): readonly Bare[] {
  const named = facets.flatMap(({ about, sides }): readonly Bare[] => {
    const side = sides.find(([, pattern]) => pattern.test(text));
    return side === undefined ? [] : [{ about, value: side[0], bounds: null }];
  });
  const [, spoken] = language.exec(text) ?? [];
  return [
    ...named,
    ...(spoken === undefined
      ? []
      : [{ about: 'the language of the answer', value: spoken.toLowerCase(), bounds: null }]),
    ...measures(text),
  ];
}

/** How long the whole answer may be. */
function measures(text: string): readonly Bare[] {
  if (scoped.test(text)) return [];
  const read = (pattern: RegExp, boundsOf: (count: number) => readonly [number, number]): readonly Bare[] => {
    const match = pattern.exec(text);
    const groups: readonly (string | undefined)[] = match?.slice(1) ?? [];
    const [count, unit] = groups.filter((group) => group !== undefined);
    if (match === null || count === undefined || unit === undefined) return [];
    const about = `the number of ${unit.toLowerCase().replace(/s?$/, 's').replace('bullets', 'bullet points')}`;
    return [{ about, value: match[0], bounds: boundsOf(countOf(count)) }];
  };
  const most = read(atMost, (count) => [0, count]);
  const least = read(atLeast, (count) => [count, Infinity]);
  return most.length + least.length > 0 ? [...most, ...least] : read(exactly, (count) => [count, count]);
}

const numerals = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function countOf(text: string): number {
  const word = numerals.indexOf(text.toLowerCase());
  if (word > 0) return word;
  return /^an?$/i.test(text) ? 1 : Number(text.replaceAll(',', ''));
}
