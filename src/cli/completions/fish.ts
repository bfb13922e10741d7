// Completion in fish: a rule for each option, argument and command.

import {
  optionsWithValues,
  withAllBelow,
  type CompletedCommand,
  type CompletedOption,
  type CompletionValues,
} from './command-tree.js';

export function fishScript(program: CompletedCommand): string {
  const commands = withAllBelow(program);
  return `# Completion of unspool in fish: unspool completions fish

# The command that the words before the cursor name, and how many arguments of it they give.
function __unspool_place
    set -l command unspool
    set -l position 0
    set -l skip
    for word in (commandline -opc)[2..-1]
        if set -q skip[1]
            set -e skip[1]
            continue
        end
        switch "$command $word"
            case ${commands
              .slice(1)
              .map(({ called }) => quoted(called))
              .join(' ')}
                set command "$command $word"
            case ${commands.flatMap(optionsWithValues).map(quoted).join(' ')}
                set skip yes
            case '* -*'
            case '*'
                set position (math $position + 1)
        end
    end
    echo $command
    echo $position
end

function __unspool_in
    set -l place (__unspool_place)
    test "$place[1]" = "$argv[1]"
end

function __unspool_at
    set -l place (__unspool_place)
    test "$place" = "$argv"
end

function __unspool_models
    set -l words (commandline -opc)
    $words[1] completions models 2>/dev/null
    __fish_complete_suffix .gguf | string match -r '^.*(?:\\.gguf|/)(?:\\t.*)?$'
end

complete -c unspool -e
complete -c unspool -f
${commands.flatMap(rules).join('\n')}
`;
}

function rules(command: CompletedCommand): string[] {
  const inside = `complete -c unspool -n ${quoted(`__unspool_in ${quoted(command.called)}`)}`;
  const at = (position: number): string =>
    `complete -c unspool -n ${quoted(`__unspool_at ${quoted(command.called)} ${position}`)}`;
  return [
    '',
    ...command.commands.map((each) => `${at(0)} -a ${quoted(each.name)} -d ${quoted(each.summary)}`),
    ...command.options.map((option) => `${inside} ${optionRule(option)}`),
    ...command.arguments.flatMap(({ values, repeats }, index) => {
      if (values.kind === 'by key') {
        return Object.entries(values.byKey).flatMap(([key, each]) =>
          valuesRule(each).map((rule) => `${at(index)} -n ${quoted(`__fish_seen_argument ${key}`)} ${rule}`),
        );
      }
      return valuesRule(values).map((rule) => `${repeats ? inside : at(index)} ${rule}`);
    }),
  ];
}

function optionRule({ names, description, values }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  // An option with a value takes no file unless it says so.
  const kind = values === undefined ? [] : values.kind === 'files' ? ['-r'] : ['-x'];
  const rule = values === undefined ? [] : valuesRule(values);
  return [...flags, ...kind, ...rule, '-d', quoted(description)].join(' ');
}

/** None for what nothing completes. */
function valuesRule(values: CompletionValues): string[] {
  switch (values.kind) {
    case 'any':
    case 'by key':
      return [];
    case 'files':
      return ['-F'];
    case 'folders':
      return [`-a ${quoted('(__fish_complete_directories)')}`];
    case 'models':
      return [`-a ${quoted('(__unspool_models)')}`];
    case 'words':
      return [`-a ${quoted(values.words.join(' '))}`];
    case 'list':
      return [`-a ${quoted(`(__fish_append , ${values.words.join(' ')})`)}`];
  }
}

/** As fish reads single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
