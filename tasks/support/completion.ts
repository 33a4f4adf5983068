/**
 * What a shell needs to complete `deno task NAME --flag`, from what the tasks say of themselves.
 *
 * @module
 */
import type { Flag } from "./help.ts";

/** The shells that are known. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell. */
export type Shell = typeof SHELLS[number];

/** A task as a shell needs it. */
export interface CompletedTask {
  readonly name: string;
  readonly about: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Words that may stand without a flag. */
  readonly words?: readonly string[];
}

/** The script for a shell. What is not `deno task` is left to what the shell knows of Deno already. */
export function completionScript(shell: Shell, tasks: readonly CompletedTask[]): string {
  return { bash, zsh, fish }[shell](tasks);
}

const wantsFile = ({ value = "" }: Flag) => /FILE|DIR|PATH|FOLDER|FROM/.test(value);

/** Over all tasks, the flags that take a value. */
function valuesOf(tasks: readonly CompletedTask[]): Map<string, Flag> {
  return new Map(tasks.flatMap(({ flags }) => Object.entries(flags)).filter(([, { type }]) => type === "string"));
}

function bash(tasks: readonly CompletedTask[]): string {
  const cases = tasks.map(({ name, flags, words = [] }) =>
    `    ${name}) words="${[...words, ...Object.keys(flags).map((flag) => `--${flag}`)].join(" ")}" ;;`
  );
  const values = [...valuesOf(tasks)];
  const listed = values.filter(([, { oneOf }]) => oneOf !== undefined).map(([flag, { oneOf }]) =>
    `    --${flag}) COMPREPLY=($(compgen -W "${oneOf!.join(" ")}" -- "$word")); return ;;`
  );
  const files = values.filter(([, flag]) => flag.oneOf === undefined && wantsFile(flag)).map(([flag]) => `--${flag}`);
  const free = values.filter(([, flag]) => flag.oneOf === undefined && !wantsFile(flag)).map(([flag]) => `--${flag}`);
  return `# Completes deno task in bash:  deno task completion bash > ~/.shelfcast.bash, and source it in ~/.bashrc
_shelfcast() {
  local word line task words
  # A task's name may hold a colon, at which bash breaks words: take the line as it was typed.
  line=\${COMP_LINE:0:COMP_POINT}
  word=\${line##* }
  read -r -a typed <<< "$line"
  if [ "\${typed[1]}" != task ]; then COMPREPLY=($(compgen -f -- "$word")); return; fi
  local count=\${#typed[@]} previous=""
  if [ -z "$word" ]; then count=$((count + 1)); previous=\${typed[-1]}; else previous=\${typed[-2]}; fi
  if [ "$count" -le 3 ]; then
    COMPREPLY=($(compgen -W "${tasks.map(({ name }) => name).join(" ")}" -- "$word"))
    # What stands before the last colon is on the line already.
    if [[ "$word" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then COMPREPLY=("\${COMPREPLY[@]#"\${word%:*}:"}"); fi
    return
  fi
  task=\${typed[2]}
  case "$previous" in
${listed.join("\n")}
${files.length > 0 ? `    ${files.join("|")}) COMPREPLY=($(compgen -f -- "$word")); return ;;\n` : ""}${
    free.length > 0 ? `    ${free.join("|")}) COMPREPLY=(); return ;;\n` : ""
  }  esac
  case "$task" in
${cases.join("\n")}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o filenames -o bashdefault -F _shelfcast deno
`;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function zsh(tasks: readonly CompletedTask[]): string {
  const described = (text: string) => text.replaceAll("[", "\\[").replaceAll("]", "\\]").replaceAll(":", "\\:");
  const spec = ([flag, own]: readonly [string, Flag]) => {
    const value = own.type === "boolean"
      ? ""
      : `:${own.value ?? flag}:${own.oneOf ? `(${own.oneOf.join(" ")})` : wantsFile(own) ? "_files" : ""}`;
    return quoted(`--${flag}[${described(own.about)}]${value}`);
  };
  const cases = tasks.map(({ name, flags, words = [] }) => {
    const word = words.length > 0 ? ` ${quoted(`1:word:(${words.join(" ")})`)}` : "";
    return `      ${name}) _arguments${word} ${Object.entries(flags).map(spec).join(" ")} ;;`;
  });
  return `#compdef deno
# Completes deno task in zsh:  deno task completion zsh > a folder of $fpath/_shelfcast
_shelfcast() {
  if [[ $words[2] != task ]]; then _files; return; fi
  if (( CURRENT == 3 )); then
    local -a tasks=(
${tasks.map(({ name, about }) => `      ${quoted(`${name.replaceAll(":", "\\:")}:${about}`)}`).join("\n")}
    )
    _describe task tasks
    return
  fi
  local task=$words[3]
  shift 2 words
  (( CURRENT -= 2 ))
  case $task in
${cases.join("\n")}
  esac
}
compdef _shelfcast deno
`;
}

function fish(tasks: readonly CompletedTask[]): string {
  const text = (words: string) => `'${words.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = tasks.flatMap(({ name, about, flags, words = [] }) => {
    const here = `'__shelfcast_task ${name}'`;
    return [
      `complete -c deno -n __shelfcast_none -f -a ${text(name)} -d ${text(about)}`,
      ...words.map((word) => `complete -c deno -n ${here} -f -a ${text(word)}`),
      ...Object.entries(flags).map(([flag, own]) => {
        const value = own.type === "boolean"
          ? ""
          : own.oneOf
          ? ` -x -a ${text(own.oneOf.join(" "))}`
          : wantsFile(own)
          ? " -r"
          : " -x";
        return `complete -c deno -n ${here} -l ${flag}${value} -d ${text(own.about)}`;
      }),
    ];
  });
  return `# Completes deno task in fish:  deno task completion fish > ~/.config/fish/completions/deno_task.fish
function __shelfcast_none
  set -l typed (commandline -opc)
  test (count $typed) -eq 2; and test "$typed[2]" = task
end
function __shelfcast_task
  set -l typed (commandline -opc)
  test (count $typed) -ge 3; and test "$typed[2]" = task; and test "$typed[3]" = $argv[1]
end
${lines.join("\n")}
`;
}
