/**
 * Completion scripts for shells, made from the table of commands: commands, their options, values that are files or
 * folders. They ask nothing of Trạm while one types, so that a slow machine completes as quickly as another.
 */
import type { CommandSpec } from './command-spec.ts';
import { type OptionName, OPTIONS, OPTIONS_OF_ALL, optionText, valueOf } from './options.ts';
import { type CommandName, COMMANDS } from './table.ts';
import type { Words } from './words/shape.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, words: Words): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](words);
}

const NAMES = Object.keys(COMMANDS) as CommandName[];

/** Words that begin a command, each once, with the words that may follow. */
function firstWords(): Map<string, string[]> {
  const first = new Map<string, string[]>();
  for (const name of NAMES) {
    const [head = '', second] = name.split(' ');
    first.set(head, [...(first.get(head) ?? []), ...(second === undefined ? [] : [second])]);
  }
  return first;
}

function optionsOf(name: CommandName): OptionName[] {
  const spec: CommandSpec<OptionName> = COMMANDS[name];
  return [...spec.options, ...OPTIONS_OF_ALL];
}

/** Options whose value is `DIR` or `FILE`. */
function optionsTaking(...values: string[]): OptionName[] {
  return (Object.keys(OPTIONS) as OptionName[]).filter((name) => values.includes((OPTIONS[name] as { value?: string }).value ?? ''));
}

function bashScript(): string {
  const first = firstWords();
  const groups = [...first].filter(([, seconds]) => seconds.length > 0);
  return `# Completion of tram for bash: source <(tram completion bash)
_tram() {
  local cur prev name options
  COMPREPLY=()
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD-1]}
  case $prev in
    ${optionsTaking('DIR').map((name) => `--${name}`).join('|')}) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    ${optionsTaking('FILE').map((name) => `--${name}`).join('|')}) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "${[...first.keys()].join(' ')} help version --help --version" -- "$cur")
    return
  fi
  name=\${COMP_WORDS[1]}
  case $name in
${groups.map(([head, seconds]) => `    ${head})
      if [ "$COMP_CWORD" -eq 2 ] && [[ $cur != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${seconds.join(' ')}" -- "$cur")
        [ "\${#COMPREPLY[@]}" -gt 0 ] && return
      fi
      case \${COMP_WORDS[2]} in ${seconds.join('|')}) name="${head} \${COMP_WORDS[2]}" ;; esac ;;`).join('\n')}
    completion) [[ $cur == -* ]] || { mapfile -t COMPREPLY < <(compgen -W "${SHELLS.join(' ')}" -- "$cur"); return; } ;;
  esac
  case $name in
${NAMES.map((name) => `    '${name}') options='${optionsOf(name).map((option) => `--${option}`).join(' ')}' ;;`).join('\n')}
    *) return ;;
  esac
  if [[ $cur == -* ]]; then mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur"); else mapfile -t COMPREPLY < <(compgen -f -- "$cur"); fi
}
complete -o filenames -F _tram tram
`;
}

function zshScript(words: Words): string {
  const described = (name: string, text: string): string => `'${quoted(name.replaceAll(':', '\\:'))}:${quoted(text)}'`;
  const first = firstWords();
  const heads = [...first.keys()].map((head) => described(head, textOf(head, words)));
  const argument = (name: CommandName, option: OptionName): string => {
    const value = valueOf(COMMANDS[name], option);
    const action = value === 'DIR' ? ':dir:_files -/' : value === 'FILE' ? ':file:_files' : value === null ? '' : `:${value.replaceAll(/[:[\]]/g, ' ').trim()}: `;
    return `'--${option}[${quoted(optionText(words, name, option)).replaceAll(/([[\]])/g, '\\$1')}]${action}'`;
  };
  return `#compdef tram
# Completion of tram for zsh: source <(tram completion zsh), or keep it as _tram in $fpath
_tram() {
  local name
  if (( CURRENT == 2 )); then
    local -a heads=(${heads.join(' ')})
    _describe command heads
    return
  fi
  name=$words[2]
  case $name in
${[...first].filter(([, seconds]) => seconds.length > 0).map(([head, seconds]) => `    ${head})
      if (( CURRENT == 3 )) && [[ $PREFIX != -* ]]; then
        local -a seconds=(${seconds.map((second) => described(second, words.commands[`${head} ${second}` as CommandName])).join(' ')})
        _describe command seconds
      fi
      case $words[3] in ${seconds.join('|')}) name="${head} $words[3]" ;; esac ;;`).join('\n')}
    completion) _values shell ${SHELLS.join(' ')}; return ;;
  esac
  case $name in
${NAMES.map((name) => `    '${name}') _arguments -s ${optionsOf(name).map((option) => argument(name, option)).join(' ')} '*:file:_files' ;;`).join('\n')}
  esac
}
compdef _tram tram
`;
}

function fishScript(words: Words): string {
  const first = firstWords();
  const lines = [...first].flatMap(([head, seconds]) => [
    `complete -c tram -f -n __fish_use_subcommand -a '${head}' -d '${quotedFish(textOf(head, words))}'`,
    ...seconds.map((second) => `complete -c tram -f -n '__fish_seen_subcommand_from ${head}; and not __fish_seen_subcommand_from ${seconds.join(' ')}' -a '${second}' -d '${quotedFish(words.commands[`${head} ${second}` as CommandName])}'`),
  ]);
  const options = NAMES.flatMap((name) => optionsOf(name).map((option) => {
    const { short } = OPTIONS[option] as { short?: string };
    const value = valueOf(COMMANDS[name], option);
    const condition = name.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const takes = value === null ? '' : value === 'FILE' || value === 'DIR' ? ' -r -F' : ' -x';
    return `complete -c tram -n '${condition}' -l ${option}${short === undefined ? '' : ` -s ${short}`}${takes} -d '${quotedFish(optionText(words, name, option))}'`;
  }));
  return ['# Completion of tram for fish: tram completion fish | source', ...lines,
    `complete -c tram -f -n '__fish_seen_subcommand_from completion' -a '${SHELLS.join(' ')}'`, ...options, ''].join('\n');
}

/** What a first word says: its command, or the first of its group. */
function textOf(head: string, words: Words): string {
  const name = NAMES.find((one) => one === head) ?? NAMES.find((one) => one.startsWith(`${head} `))!;
  return words.commands[name];
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}

function quotedFish(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
