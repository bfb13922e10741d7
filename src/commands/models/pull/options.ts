// `unspool models pull` on the command line.

import { command } from '../../../cli/command.js';
import { flag, group } from '../../../cli/flags.js';
import { environment, type Section } from '../../../cli/help.js';
import { modelLocationsFrom } from '../../options/model.js';
import { checkEvents, plainOutputFlags } from '../../options/output.js';
import { resultFlags } from '../options.js';

const { quiet, color } = plainOutputFlags.flags;

const pullFlags = { ...resultFlags, events: flag('with --json: also the progress'), quiet, color };

export const pull = command({
  name: 'pull',
  summary: 'download a model',
  description:
    'Downloads a model, and prints the path of each of its files. Without a quantisation it takes Q4_K_M, else Q8_0, ' +
    'else what there is. An interrupted download goes on where it was.\n\n' +
    'The content is compared with the SHA-256 that the hub gives, and with one that follows the reference: ' +
    '#sha256= and 64 hexadecimal digits. What differs is deleted.',
  arguments: [
    {
      written: '<reference>',
      help: 'hf:user/repository[:quantisation], hf:user/repository/file.gguf, or a URL',
    },
  ],
  groups: [group('Output:', pullFlags)],
  examples: [
    'unspool models pull hf:bartowski/Qwen_Qwen3-8B-GGUF',
    'unspool models pull hf:bartowski/Qwen_Qwen3-8B-GGUF:Q8_0',
    'unspool models pull hf:bartowski/Qwen_Qwen3-8B-GGUF/Qwen_Qwen3-8B-Q8_0.gguf',
  ],
  sections: [exitStatusOfPull, modelVariables, environment],
  async run({ words, options, io }) {
    checkEvents(options);
    const { hubFrom } = await import('../../../backends/hub/hugging-face.js');
    const { pullModel } = await import('./run.js');
    const { pullReporter } = await import('./view.js');
    const [reference = ''] = words;
    const places = { locations: modelLocationsFrom(io.environment), hub: hubFrom(io.environment) };
    const reporter = await pullReporter(options, io);
    const abort = new AbortController();
    const interrupt = (): void => {
      abort.abort();
    };
    io.onInterrupt(interrupt, () => {
      reporter.close();
    });
    io.stdout.once('error', interrupt);
    try {
      return await pullModel({ reference, ...places, signal: abort.signal }, reporter);
    } finally {
      reporter.close();
    }
  },
});

/** What says where models are, and which hub they come from. */
export function modelVariables(): Section {
  const items = [
    ['UNSPOOL_MODELS', 'the folder of pulled models (default: unspool/models in XDG_DATA_HOME, or ~/.local/share)'],
    ['HF_TOKEN', 'a token for models that are not for everybody; sent to the hub, and nowhere else'],
    ['HF_ENDPOINT', 'another hub than https://huggingface.co'],
  ] as const;
  return { heading: 'Environment of downloads', items };
}

export function exitStatusOfPull(): Section {
  const items = [
    ['0', 'done; also when the model was here already'],
    ['1', 'failed'],
    ['2', 'wrong usage'],
    ['130', 'interrupted; what has come is kept'],
  ] as const;
  return { heading: 'Exit status', items };
}
