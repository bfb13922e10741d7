// `unspool prompt`: builds a prompt, and runs it. Its commands, and what help says of them all.

import { command } from '../../cli/command.js';
import { environment, exitDone, exitWrongUsage, type Section } from '../../cli/help.js';
import { chatApis } from '../../prompting/building/chat-bodies.js';
import { familyNames, placements } from '../../prompting/building/placement.js';
import { strategies, strategyNames } from '../../prompting/strategies.js';
import { groups, runPrompt } from './build/options.js';
import { check, checkSections } from './check/options.js';
import { compare } from './compare/options.js';

export const prompt = command({
  name: 'prompt',
  heading: 'Models:',
  summary: 'build a prompt by a strategy, and run it',
  description:
    'Builds a prompt: the question, the instructions of a strategy, and documents, in the order and with the ' +
    'delimiters that suit a family of models. Prints it, for any tool that takes one; with --run, a model replies.\n\n' +
    'Documents are delimited so that their text cannot end them. What does not fit the budget is not cut off: the ' +
    'passages that bear on the question stay, and the prompt says where text is left out. Chat markup in a text, such ' +
    'as <|im_end|>, stays as it is and gets a warning, as a server may take it for the end of a message.',
  arguments: [
    { written: '<question>', help: 'what is asked; one text, in quotes' },
    { written: '[file...]', help: 'documents to answer from; - is standard input' },
  ],
  groups,
  examples: [
    'unspool prompt "How many litres fill a tank of 2 by 3 by 4 metres?"',
    'unspool prompt --strategy analogical --exemplars 5 "Is 2027 prime?" | llm',
    'unspool prompt --family claude "Which errors came first?" services.log',
    'unspool prompt --strategy few-shot --shots-from task.jsonl "Who is left?"',
    'unspool prompt --format messages "Who signed?" contract.txt | jq .messages',
    'unspool prompt --run --model instruct.gguf "Who signed?" contract.txt',
  ],
  sections: [strategySection, familySection, exitStatus, ...checkSections, environment],
  commands: [compare, check],
  run: runPrompt,
});

function strategySection(): Section {
  const items = strategyNames.map((name) => {
    const { description, source } = strategies[name];
    return [name, `${description} (${source})`] as const;
  });
  return { heading: 'Strategies', items };
}

function familySection(): Section {
  const items = familyNames.map((name) => {
    const { format, source } = placements[name];
    return [name, `${format}; messages for ${chatApis[name]} (${source})`] as const;
  });
  return { heading: 'Families', items };
}

function exitStatus(): Section {
  const items = [
    exitDone,
    ['1', 'failed, or a document could not be read to its end: then there is no prompt'],
    exitWrongUsage,
    ['130', 'interrupted; of a reply, what there is is printed'],
  ] as const;
  return { heading: 'Exit status', items };
}
