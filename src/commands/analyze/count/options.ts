// `unspool analyze --count` on the command line.

import type { Invocation } from '../../../cli/command.js';
import { flag, group, optionWithDefault, type OriginOf, type Values, type ValuesOf } from '../../../cli/flags.js';
import { parseChoices } from '../../../cli/parsers.js';
import { encodingNames, type EncodingName } from '../../../engine/counting/encodings.js';
import { printable } from '../../../reporters/format.js';
import { documentsFrom, type DocumentTask } from '../../run/document-task.js';
import type { AnalyzeOptions } from '../options.js';

export const countFlags = { count: flag('bytes, lines, words, characters and tokens; needs no model (default)') };

export const tokenizerFlags = group('Count:', {
  tokenizer: optionWithDefault<readonly EncodingName[]>(
    '<names>',
    `of ${encodingNames.join(', ')}; several with commas`,
    parseChoices(...encodingNames),
    ['o200k_base'],
    { tasks: ['count'] },
  ),
});

type Options = AnalyzeOptions & Values<typeof countFlags> & ValuesOf<typeof tokenizerFlags>;

export const count: DocumentTask<Options> = {
  name: 'count',
  flags: countFlags,
  async prepare(line) {
    const { tokenizer: encodings } = line.options;
    const modelPath = modelFileFrom(line);
    const documents = documentsFrom(line, 'analyze');
    const { overviewView } = await import('./view.js');
    return {
      documents,
      view: overviewView,
      async run(session) {
        session.explain((originOf) => optionsInWords({ encodings, modelPath }, originOf));
        // Heavy: loads tokenizers.
        const { countDocuments } = await import('./run.js');
        await countDocuments(session, { ...documents, encodings, modelPath });
      },
    };
  },
};

/** What counts tokens runs on no server: beside one that is set once for all, --model is a name there. */
export function modelFileFrom({
  options: { model, server },
  originOf,
}: Pick<Invocation<AnalyzeOptions>, 'options' | 'originOf'>): string | undefined {
  return server === undefined || originOf('model') === 'option' ? model : undefined;
}

/** What a count settled on, and where that came from. */
function optionsInWords(
  { encodings, modelPath }: { readonly encodings: readonly string[]; readonly modelPath: string | undefined },
  originOf: OriginOf,
): string {
  return (
    `tokenizer  ${encodings.join(', ')} (${originOf('tokenizer')})\n` +
    `model      ${printable(modelPath ?? 'none')} (${originOf('model')})\n`
  );
}
