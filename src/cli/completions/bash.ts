// Completion in bash, also in the old one of macOS: tables of the command tree, and a function that looks them up.

import { optionsWithValues, withAllBelow, type CompletedCommand, type CompletionValues } from './command-tree.js';

export function bashScript(program: CompletedCommand): string {
  const commands = withAllBelow(program);
  return `# Completion of unspool in bash: unspool completions bash

_unspool() {
  COMPREPLY=()
  # COMP_WORDS is cut at = and :, where they are in COMP_WORDBREAKS. Here they are joined again.
  local words n=0 i word
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)) && [[ $word != [=:]* ]]; then word=$2; fi
    if ((n > 1)) && [[ $word == [=:]* || \${words[n - 1]} == *[=:] ]]; then
      words[n - 1]+=$word
    else
      words[n++]=$word
    fi
  done
  local current=\${words[n - 1]}
  # What stands before the part that readline replaces.
  local fixed=\${current%"$2"}

  local command=unspool position=0 key='' option='' ended=''
  for ((i = 1; i < n - 1; i++)); do
    word=\${words[i]}
    if [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if _unspool_takes_value "$command $word"; then
        i=$((i + 1))
        ((i == n - 1)) && option=$word
      fi
    elif _unspool_is_command "$command $word"; then
      command="$command $word"
    else
      position=$((position + 1))
      key=$word
    fi
  done

  if [[ -n $option ]]; then
    _unspool_option_values "$command $option" "$current" ''
  elif [[ -z $ended && $current == --*=* ]]; then
    _unspool_option_values "$command \${current%%=*}" "\${current#*=}" "\${current%%=*}="
  elif [[ -z $ended && $current == -* ]]; then
    _unspool_words "$(_unspool_options "$command")" "$current"
  else
    _unspool_arguments "$command" "$((position + 1))" "$current" "$key"
  fi
}

# Words that begin with the second argument; the third stands before each.
_unspool_words() {
  compopt +o default 2>/dev/null
  local each
  for each in $1; do
    _unspool_offer "$each" "$2" "\${3-}"
  done
}

_unspool_offer() {
  [[ $1 == "$2"* ]] || return
  local each=$3$1
  COMPREPLY+=("\${each#"$fixed"}")
}

_unspool_list() {
  local before=''
  [[ $2 == *,* ]] && before=\${2%,*},
  compopt -o nospace 2>/dev/null
  _unspool_words "$1" "\${2#"$before"}" "\${3-}$before"
}

_unspool_paths() {
  compopt -o filenames 2>/dev/null
  local each
  while IFS= read -r each; do
    each=\${3-}$each
    COMPREPLY+=("\${each#"$fixed"}")
  done < <(compgen "$1" "\${@:4}" -- "$2")
}

_unspool_models() {
  compopt +o default 2>/dev/null
  local name
  # A name may have spaces.
  while IFS= read -r name; do
    printf -v name %q "$name"
    _unspool_offer "$name" "$1" "\${2-}"
  done < <("\${COMP_WORDS[0]}" completions models 2>/dev/null)
  _unspool_paths -f "$1" "\${2-}" -X '!*.gguf'
  _unspool_paths -d "$1" "\${2-}"
}

_unspool_takes_value() {
  case $1 in
${patterns(commands.flatMap(optionsWithValues))}) return 0 ;;
  esac
  return 1
}

_unspool_is_command() {
  case $1 in
${patterns(commands.slice(1).map(({ called }) => called))}) return 0 ;;
  esac
  return 1
}

_unspool_options() {
  case $1 in
${commands.map((each) => `    ${quoted(each.called)}) echo ${quoted(allNames(each).join(' '))} ;;`).join('\n')}
  esac
}

_unspool_option_values() {
  case $1 in
${cases(optionValues(commands), '"$2" "$3"')}
    *) compopt +o default 2>/dev/null ;;
  esac
}

_unspool_arguments() {
  case "$1 $2" in
${cases(commands.flatMap(argumentValues), '"$3"')}
    *) compopt +o default 2>/dev/null ;;
  esac
}

complete -o default -F _unspool unspool
`;
}

/** A pattern of a case, and what it completes. */
interface Case {
  readonly pattern: string;
  readonly values: CompletionValues;
}

function allNames({ options }: CompletedCommand): string[] {
  return options.flatMap(({ names }) => names);
}

function optionValues(commands: readonly CompletedCommand[]): Case[] {
  return commands.flatMap(({ called, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined ? [] : names.map((name) => ({ pattern: quoted(`${called} ${name}`), values })),
    ),
  );
}

function argumentValues(command: CompletedCommand): Case[] {
  const { called, commands } = command;
  if (commands.length > 0) {
    const words = commands.map(({ name }) => name);
    return [{ pattern: quoted(`${called} 1`), values: { kind: 'words', words } }];
  }
  return command.arguments.map(({ values, repeats }, index) => ({
    pattern: repeats ? `${quoted(`${called} `)}*` : quoted(`${called} ${index + 1}`),
    values,
  }));
}

/** Cases with the same values are one. `given`: what is typed, and what stands before it, in the words of the shell. */
function cases(all: readonly Case[], given: string): string {
  const byAction = new Map<string, string[]>();
  for (const { pattern, values } of all) {
    const action = actionOf(values, given);
    if (action !== undefined) byAction.set(action, [...(byAction.get(action) ?? []), pattern]);
  }
  return [...byAction].map(([action, list]) => `    ${list.join(' | ')}) ${action} ;;`).join('\n');
}

/** Undefined for what nothing completes. */
function actionOf(values: CompletionValues, given: string): string | undefined {
  switch (values.kind) {
    case 'any':
      return undefined;
    case 'files':
      // bash's own completion of file names.
      return ':';
    case 'folders':
      return `_unspool_paths -d ${given}`;
    case 'models':
      return `_unspool_models ${given}`;
    case 'words':
      return `_unspool_words ${quoted(values.words.join(' '))} ${given}`;
    case 'list':
      return `_unspool_list ${quoted(values.words.join(' '))} ${given}`;
    case 'by key': {
      const keys = Object.entries(values.byKey).map(([key, each]) => ({ pattern: key, values: each }));
      return `case $4 in\n${cases(keys, given)}\n    esac`;
    }
  }
}

function patterns(words: readonly string[]): string {
  return `    ${words.map(quoted).join(' | \\\n      ')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
