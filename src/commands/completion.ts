/**
 * `brctl completion bash|zsh|fish`: a script that makes the shell complete brctl's words.
 *
 * The scripts know nothing: they ask `brctl __complete`, so packs installed later are completed
 * without sourcing anything again.
 */
import type { HostContext } from '../host.ts';
import { defineCommand, usageError } from '../sdk/index.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export const completion = defineCommand<Shell, Shell, HostContext>({
  path: ['completion'],
  summary: 'Print a completion script for bash, zsh or fish.',
  description:
    'bash: source <(brctl completion bash)   zsh: source <(brctl completion zsh)   ' +
    'fish: brctl completion fish | source',
  examples: ['brctl completion bash', 'brctl completion zsh', 'brctl completion fish'],
  arguments: [{ name: 'shell', summary: SHELLS.join(', '), required: true, completes: SHELLS }],
  formats: ['text'],
  parse: (input) => {
    const [given] = input.arguments;
    const shell = SHELLS.find((each) => each === given);
    if (shell !== undefined) return shell;
    throw usageError('shell-unknown', `no completion for "${given}": ${SHELLS.join(', ')}`);
  },
  plan: async (shell) => shell,
  render: (shell) => SCRIPT[shell],
  outcome: () => 'ok',
});

const BASH = `# brctl completion for bash: source <(brctl completion bash)
_brctl() {
  local i word before= rest=$COMP_LINE line files= current flag= cut
  local -a words
  # Bash cuts words at = and : (COMP_WORDBREAKS): put together what has no blank in between.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 0)) && [[ $rest != [[:blank:]]* && ($word == [=:]* || $before == [=:]*) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    rest=\${rest#"\${rest%%[![:blank:]]*}"}
    rest=\${rest#"$word"}
    before=$word
  done
  current=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then files=1; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    [[ $current == --*=* ]] && flag=\${current%%=*}=
    while IFS= read -r line; do COMPREPLY+=("$flag$line"); done \\
      < <(compgen -f -- "\${current#"$flag"}")
  fi
  # Bash replaces only what is behind its last cut.
  [[ $word == [=:]* ]] && word=
  cut=\${current%"$word"}
  COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
}
complete -F _brctl brctl
`;

const ZSH = `#compdef brctl
# brctl completion for zsh: source <(brctl completion zsh)
_brctl() {
  local line files=
  local -a found
  while IFS= read -r line; do
    if [[ "$line" == ':files' ]]; then
      files=1
    else
      found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe 'brctl' found
  [[ -n "$files" ]] && _files
}
compdef _brctl brctl
`;

const FISH = `# brctl completion for fish: brctl completion fish | source
function __brctl_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
        if test "$line" = ':files'
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c brctl -f -a '(__brctl_complete)'
`;

const SCRIPT: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
