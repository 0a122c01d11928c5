import { Command, CommanderError } from '@commander-js/extra-typings';
import { exitCodes } from '@bit-repro/artifacts';
import { ask, askFor, canAsk } from './ask.ts';
import { asTyped, calledAs, type Names } from './calledAs.ts';
import { wantsColour } from './colour.ts';
import { printJson, type CommandContext } from './context.ts';
import { helpColumns, helpStyle } from './helpStyle.ts';
import { isInterruption, listenForInterruptions } from './interruption.ts';
import { expectReadersToLeave, isForPrograms, print, printToErrors, terminalColumns } from './print.ts';
import { printError, type ErrorContent } from './printError.ts';

export interface CommandLine {
  names: Names;
  description: string;
  /** Commands that only show something and so end when nobody reads their output; all others keep running. */
  showing: readonly string[];
  /** What `--version` prints after the program’s name. */
  version?: () => Promise<string>;
  /** The words of the command line in full, where the user may leave some out. */
  inFull?: (words: readonly string[], program: Command) => readonly string[];
  /** Adds the commands. Each passes its exit code to `end`. */
  addCommands: (program: Command, context: CommandContext, end: (code: number) => void) => void;
}

const versionOptions = ['-V', '--version'];

/** Parses this process's command line, runs the command and sets the exit code. */
export async function runCommandLine(commandLine: CommandLine): Promise<void> {
  // Errors thrown outside any awaited promise.
  process.on('uncaughtException', (error) => process.exit(codeOf(error, { debug: false })));
  process.exitCode = await parseAndRun(commandLine);
}

async function parseAndRun(commandLine: CommandLine): Promise<number> {
  const { names, showing, version, inFull = (given: readonly string[]) => given, addCommands } = commandLine;
  let code: number = exitCodes.done;
  const program = programOf(commandLine);
  const context: CommandContext = Object.assign(listenForInterruptions(), {
    print,
    ...(canAsk() && { ask, askFor }),
  });
  let command: string | undefined;
  program.hook('preAction', (_, action) => {
    command = action.name();
    if (isForPrograms()) context.print = printBeside;
  });
  expectReadersToLeave(() => command !== undefined && !showing.includes(command));
  addCommands(program, context, (ended) => {
    code = ended;
  });
  const words = process.argv.slice(2);
  try {
    if (version && versionOptions.includes(words[0] ?? '')) print(`${calledAs(names)} ${await version()}`);
    else await program.parseAsync(inFull(words, program), { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return codeOf(error, { debug: program.opts().debug === true });
    if (error.exitCode === 0) return exitCodes.done;
    const message = error.message.replace(/^error: /, '');
    return handedOver({ message, remedy: 'See `--help`.', exitCode: exitCodes.badInput });
  }
}

function programOf({ names, description, version }: CommandLine) {
  const program = new Command(calledAs(names))
    .description(description)
    .option('--color', 'colour the output (default: on a terminal)')
    .option('--no-color', 'do not colour the output')
    .option('--debug', 'show stack traces');
  if (version)
    program.option(versionOptions.join(', '), 'show the version of this program and of what it runs on');
  return program
    .showHelpAfterError()
    .commandsGroup('Help:')
    .helpCommand('help [command]', 'show the help of a command')
    .commandsGroup('Commands:')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed or not the same, 2 bad input, 3 outside failure, 4 partly verified, 70 bug in the program, 130 interrupted',
    )
    .configureHelp(helpStyle)
    .configureOutput({
      writeOut: (text) => {
        print(text.trimEnd());
      },
      writeErr: (text) => {
        printToErrors(text.trimEnd());
      },
      getOutHelpWidth: () => helpColumns(terminalColumns()),
      getErrHelpWidth: () => helpColumns(terminalColumns()),
      getOutHasColors: () => wantsColour(process.stdout),
      getErrHasColors: () => wantsColour(process.stderr),
    })
    .exitOverride();
}

/** With --json, what is not the result goes to standard error. */
const printBeside: CommandContext['print'] = (text, options) => {
  if (options?.asIs === true) print(text, options);
  else printToErrors(text);
};

function codeOf(error: unknown, options: { debug: boolean }): number {
  if (!isInterruption(error)) return handedOver(printError(error, options));
  const interrupted = { message: 'The command was interrupted', remedy: 'Run it again.' };
  return handedOver({ ...interrupted, exitCode: exitCodes.interrupted });
}

/** Gives an error, which has been printed for people, to the program that asked for JSON. */
function handedOver({ message, remedy, exitCode }: ErrorContent): number {
  if (isForPrograms())
    printJson(print, { error: { message: asTyped(message), remedy: asTyped(remedy), exitCode } });
  return exitCode;
}
