import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { workspaceRoot } from '@bit-repro/artifacts';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { addCommands } from '../src/addCommands.ts';
import { candidates } from '../src/completion/candidates.ts';
import { completionScripts } from '../src/completion/scripts.ts';

const program = new Command('bit-repro').option('--debug', 'show stack traces');
addCommands(program, { print: () => undefined, signal: new AbortController().signal }, () => undefined);
const values: Record<string, string[]> = { config: ['fig6', 'smoke'], run: ['mini-1', 'mini-2'] };
const completed = async (line: string): Promise<string[]> => {
  const found = await candidates(program, line.split(' '), (argument) =>
    Promise.resolve(values[argument] ?? []),
  );
  return found.map(({ value }) => value);
};

describe('a command line is completed', () => {
  it.each<[string, string, string[]]>([
    ['by commands', 'r', ['run', 'report']],
    ['by commands of a command', 'weights v', ['verify']],
    ['by experiments', 'run ', ['fig6', 'smoke']],
    ['by runs', 'show mini-', ['mini-1', 'mini-2']],
    ['by options of the command and of the program', 'run fig6 --de', ['--debug']],
    ['by options after an argument', 'plan fig6 --jso', ['--json']],
    ['by values of an option', 'ls --state da', ['damaged']],
    ['by values of an option, which Bash takes apart at =', 'ls --state = da', ['damaged']],
    ['by choices of an argument', 'completion ', ['bash', 'zsh', 'fish']],
    ['after an option with a value, which is no argument', 'run --profile paper sm', ['smoke']],
    ['after an option with =, which takes no further word', 'run --profile=paper sm', ['smoke']],
    ['after an option without a value', 'run --force sm', ['smoke']],
    ['not where the value of an option is a file', 'verify --archive ', []],
    ['not where there are no more arguments', 'run fig6 ', []],
    ['not by what only shells call', 'complet', ['completion']],
  ])('%s: `%s`', async (_, line, expected) => {
    expect(await completed(line)).toEqual(expected);
  });
});

describe('in a shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  const env = { PATH: `${folder}${delimiter}${process.env.PATH!}` };
  beforeAll(() => {
    symlinkSync(join(workspaceRoot, 'apps/harness/bin/harness.cjs'), join(folder, 'bit-repro'));
    mkdirSync(join(folder, 'runs/mini-1shot-seed0-0123456789ab'), { recursive: true });
  });
  /** What the function of a shell gives, called as the shell does. */
  const shells: Record<
    keyof typeof completionScripts,
    (script: string, words: readonly string[]) => string[]
  > = {
    bash: (script, words) => [
      'bash',
      '-c',
      `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bit_repro; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      ...words,
    ],
    zsh: (script, words) => [
      'zsh',
      '-fc',
      `compdef() {}; _describe() { print -l -- "\${(@P)2}" }; _files() { print files }\n${script}\nwords=("$@"); CURRENT=$#; _bit_repro`,
      'zsh',
      ...words,
    ],
    fish: (script, words) => ['fish', '-c', `${script}\ncomplete -C "${words.join(' ')}"`],
  };
  it.for(['bash', 'zsh', 'fish'] as const)('%s', async (shell, { skip }) => {
    const { failed } = await execa(shell, ['-c', 'true'], { reject: false });
    skip(failed, `${shell} is not installed`);
    const ask = async (...words: string[]): Promise<string[]> => {
      const [file, ...rest] = shells[shell](completionScripts[shell], ['bit-repro', ...words]);
      const { stdout, stderr } = await execa(file!, rest, { env, cwd: folder });
      expect(stderr).toBe('');
      return stdout.split('\n').map((line) => line.replace(/[\t:].*/, ''));
    };
    expect(await ask('weights', 'ver')).toEqual(['verify']);
    expect(await ask('show', '--runs', 'runs', 'mini')).toEqual(['mini-1shot-seed0-0123456789ab']);
    expect(await ask('run', 'fig6-')).toEqual(['fig6-full']);
  });
});

it('`completion` prints the script of a shell as it is', async () => {
  const harness = join(workspaceRoot, 'apps/harness/bin/harness.cjs');
  const { stdout } = await execa(process.execPath, [harness, 'completion', 'zsh']);
  expect(stdout).toBe(completionScripts.zsh);
});
