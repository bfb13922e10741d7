// `unspool models` as commander knows it: its commands, help and examples.

import { Option, type Command } from 'commander';
import { usageError } from '../errors.js';
import { describe, environment, exitStatus, type Section } from './help.js';
import { recommendedModels } from './recommended-models.js';

export interface ModelsOptions {
  readonly json?: true;
  readonly events?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  /** False with --no-color; only where something moves. */
  readonly color?: boolean;
}

/** What a command line of `models` asks for. */
export type ModelsTask =
  | { readonly kind: 'list' }
  | { readonly kind: 'info' | 'pull'; readonly reference: string }
  | { readonly kind: 'list-aliases' }
  | { readonly kind: 'set-alias'; readonly alias: string; readonly reference: string }
  | { readonly kind: 'remove-alias'; readonly alias: string };

export type ModelsAction = (task: ModelsTask, options: ModelsOptions) => Promise<void>;

export function addModels(program: Command, action: ModelsAction): void {
  const models = program
    .command('models')
    .summary('list, download and name models')
    .description(
      'Lists the models on this machine: those that unspool pulled, the bundled one, and those of Ollama, Hugging ' +
        'Face, LM Studio and llama.cpp, where these tools keep them. --model takes their names.\n\n' +
        'Without a command, lists.',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  addList(models, action);
  addInfo(models, action);
  addPull(models, action);
  addAlias(models, action);
  describe(
    models,
    [
      'unspool models',
      'unspool models info bundled',
      'unspool models pull hf:unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M',
      'unspool models alias small bundled && unspool stream --model small book.txt',
      'unspool models --json | jq -r \'select(.model.kind == "chat").name\'',
    ],
    [() => recommendedModels, exitStatusOfPull, modelVariables, environment],
  );
}

/** Of commands that do one thing at once. */
const once = [exitStatus, environment];

function addList(models: Command, action: ModelsAction): void {
  const list = models
    .command('list', { isDefault: true })
    .summary('show the models on this machine (default)')
    .description('Shows the models on this machine. A file that cannot be read is listed with what is wrong with it.')
    // Whatever is no command ends here.
    .allowExcessArguments();
  addOutput(list);
  list.action((options: ModelsOptions) => {
    const [word] = list.args;
    if (word !== undefined) throw usageError(`models: unknown command '${word}'`, 'see unspool models --help');
    return action({ kind: 'list' }, options);
  });
  describe(list, ['unspool models list', "unspool models list --json | jq -r 'select(.problem != null).path'"], once);
}

function addInfo(models: Command, action: ModelsAction): void {
  const info = models
    .command('info')
    .argument('<model>', 'a GGUF file, an alias, a name as the list shows it, or an hf: reference')
    .summary('show what is in a model, and how unspool would run it')
    .description('Shows what is in a model, and how unspool would run it. Reads its header only.');
  addOutput(info);
  info.action((reference: string, options: ModelsOptions) => action({ kind: 'info', reference }, options));
  describe(info, ['unspool models info bundled', 'unspool models info ~/models/model.gguf'], once);
}

function addPull(models: Command, action: ModelsAction): void {
  const pull = models
    .command('pull')
    .argument('<reference>', 'hf:user/repository[:quantisation], hf:user/repository/file.gguf, or a URL')
    .summary('download a model')
    .description(
      'Downloads a model, and prints the path of each of its files. Without a quantisation it takes Q4_K_M, else Q8_0, ' +
        'else what there is. An interrupted download goes on where it was.\n\n' +
        'The content is compared with the SHA-256 that the hub gives, and with one that follows the reference: ' +
        '#sha256= and 64 hexadecimal digits. What differs is deleted.',
    );
  addOutput(pull)
    .option('--events', 'with --json: also the progress')
    .option('-q, --quiet', 'no progress and no account; warnings and errors stay')
    .addOption(new Option('--no-color', 'no colour (as NO_COLOR does)'));
  pull.action((reference: string, options: ModelsOptions) => action({ kind: 'pull', reference }, options));
  describe(
    pull,
    [
      'unspool models pull hf:bartowski/Qwen_Qwen3-8B-GGUF',
      'unspool models pull hf:bartowski/Qwen_Qwen3-8B-GGUF:Q8_0',
      'unspool models pull hf:bartowski/Qwen_Qwen3-8B-GGUF/Qwen_Qwen3-8B-Q8_0.gguf',
    ],
    [exitStatusOfPull, modelVariables, environment],
  );
}

/** What says where models are, and which hub they come from. */
function modelVariables(): Section {
  const items = [
    ['UNSPOOL_MODELS', 'the folder of pulled models (default: unspool/models in XDG_DATA_HOME, or ~/.local/share)'],
    ['HF_TOKEN', 'a token for models that are not for everybody; sent to the hub, and nowhere else'],
    ['HF_ENDPOINT', 'another hub than https://huggingface.co'],
  ] as const;
  return { heading: 'Environment of downloads', items };
}

function exitStatusOfPull(): Section {
  const items = [
    ['0', 'done; also when the model was here already'],
    ['1', 'failed'],
    ['2', 'wrong usage'],
    ['130', 'interrupted; what has come is kept'],
  ] as const;
  return { heading: 'Exit status', items };
}

function addAlias(models: Command, action: ModelsAction): void {
  const alias = models
    .command('alias')
    .argument('[name]', 'a short name')
    .argument('[model]', 'what it stands for: a file, a name as the list shows it, or a reference')
    .summary('give a model a short name, or list these names')
    .description('Gives a model a short name. Without arguments, lists these names.')
    .option('--remove', 'forget the name');
  addOutput(alias);
  alias.action((name: string | undefined, reference: string | undefined, options: ModelsOptions & Removal) =>
    action(aliasTask(name, reference, options), options),
  );
  const examples = [
    'unspool models alias small hf:unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M',
    'unspool models alias',
    'unspool models alias --remove small',
  ];
  describe(alias, examples, once);
}

interface Removal {
  readonly remove?: true;
}

function aliasTask(alias: string | undefined, reference: string | undefined, { remove }: Removal): ModelsTask {
  if (remove === true) {
    if (alias === undefined || reference !== undefined)
      throw usageError('--remove takes one name', 'unspool models alias --remove NAME');
    return { kind: 'remove-alias', alias };
  }
  if (alias === undefined) return { kind: 'list-aliases' };
  if (reference === undefined)
    throw usageError(`${alias}: which model is it to stand for?`, `unspool models alias ${alias} MODEL`);
  return { kind: 'set-alias', alias, reference };
}

function addOutput(command: Command): Command {
  return command
    .helpOption('-h, --help', 'print this help')
    .optionsGroup('Output:')
    .option('--json', 'as JSON lines')
    .option('-v, --verbose', 'stack traces of errors');
}
