// Completion in zsh: a function for each command, in the terms of zsh's own _arguments.

import { withAllBelow, type CompletedCommand, type CompletedOption, type CompletionValues } from './command-tree.js';

export function zshScript(program: CompletedCommand): string {
  return `#compdef unspool
# Completion of unspool in zsh: unspool completions zsh

${withAllBelow(program).map(commandFunction).join('\n')}
__unspool_model_names() {
  local -a names
  names=(\${(f)"$("$unspool" completions models 2>/dev/null)"})
  _alternative 'models:model:compadd -a names' 'files:file:_files -g "*.gguf(-.)"'
}

__unspool_setting() {
  case $words[CURRENT-1] in
${settingCases(program).join('\n')}
  esac
}

# Where it is loaded from a folder of completions, this file is the body of the function.
if [[ $funcstack[1] == _unspool ]]; then
  _unspool "$@"
else
  compdef _unspool unspool
fi
`;
}

function commandFunction(command: CompletedCommand): string {
  const isProgram = !command.called.includes(' ');
  const specs = [...command.options.flatMap(optionSpecs), ...argumentSpecs(command)];
  return `${functionName(command)}() {
${isProgram ? '  local unspool=$words[1]\n' : ''}${command.commands.length > 0 ? '  local curcontext=$curcontext state line\n' : ''}  _arguments -s -S -C \\
    ${specs.join(' \\\n    ')}
${subcommands(command)}}
`;
}

/** What follows _arguments where a command has others below it. */
function subcommands({ commands }: CompletedCommand): string {
  if (commands.length === 0) return '';
  const described = commands.map(({ name, summary }) => quoted(`${name}:${summary}`));
  return `  case $state in
    command)
      local -a commands
      commands=(
        ${described.join('\n        ')}
      )
      _describe -t commands command commands
      ;;
    arguments)
      curcontext=\${curcontext%:*}-$words[1]:
      case $words[1] in
${commands.map((each) => `        ${each.name}) ${functionName(each)} ;;`).join('\n')}
      esac
      ;;
  esac
`;
}

function functionName({ called }: CompletedCommand): string {
  return `_${called.replaceAll(/[ -]/g, '_')}`;
}

function optionSpecs({ names, description, values, placeholder, repeats }: CompletedOption): string[] {
  const others = repeats ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
  const about = `[${description.replaceAll(/[[\]\\]/g, '\\$&')}]`;
  const value = values === undefined ? '' : `:${escaped(placeholder)}:${actionOf(values)}`;
  return names.map((name) => {
    const joint = values === undefined ? '' : name.startsWith('--') ? '=' : '+';
    return quoted(`${others}${name}${joint}${about}${value}`);
  });
}

function argumentSpecs(command: CompletedCommand): string[] {
  if (command.commands.length > 0) return ["'1: :->command'", "'*:: :->arguments'"];
  return command.arguments.map(({ name, values, repeats }, index) =>
    quoted(`${repeats ? '*' : index + 1}:${escaped(name)}:${actionOf(values)}`),
  );
}

function actionOf(values: CompletionValues): string {
  switch (values.kind) {
    case 'any':
      return ' ';
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'models':
      return '__unspool_model_names';
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'list':
      return `_sequence -s , compadd - ${values.words.join(' ')}`;
    case 'by key':
      return '__unspool_setting';
  }
}

/** The values of a setting, as commands. */
function settingCases(program: CompletedCommand): string[] {
  const settings = withAllBelow(program)
    .flatMap((command) => command.arguments)
    .flatMap(({ values }) => (values.kind === 'by key' ? Object.entries(values.byKey) : []));
  return settings.map(([key, values]) => {
    const action = values.kind === 'words' ? `compadd ${values.words.join(' ')}` : actionOf(values).trim();
    return `    ${key}) ${action || '_message value'} ;;`;
  });
}

function escaped(text: string): string {
  return text.replaceAll(':', '\\:');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
