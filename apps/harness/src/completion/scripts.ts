/** Asks the program for what may come next; where it knows of nothing, the shell completes the names of files. */
const bash = `_bit_repro() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _bit_repro bit-repro harness`;

const zsh = `#compdef bit-repro harness
_bit_repro() {
  local -a found
  found=(\${(f)"$($words[1] complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  found=("\${(@)found//:/\\\\:}")
  found=("\${(@)found/$'\\t'/:}")
  if (( $#found )); then _describe bit-repro found; else _files; fi
}
compdef _bit_repro bit-repro harness`;

const fish = `function __bit_repro
  set -l words (commandline -opc) (commandline -ct)
  $words[1] complete -- $words[2..-1] 2>/dev/null
end
for name in bit-repro harness
  complete -c $name -n 'test (count (__bit_repro)) -gt 0' -f -a '(__bit_repro)'
end`;

/** The completion of each shell, as a script that it reads. */
export const completionScripts = { bash, zsh, fish } as const;
