import { Command, CommanderError } from '@commander-js/extra-typings';
import { exitCodes } from '@bit-repro/artifacts';
import { ask, askFor, canAsk } from './ask.ts';
import type { CommandContext } from './context.ts';
import { isInterruption, listenForInterruptions } from './interruption.ts';
import { expectReadersToLeave, print, printToErrors } from './print.ts';
import { printError } from './printError.ts';

export interface CommandLine {
  name: string;
  description: string;
  /** Commands that only show something and so end when nobody reads their output; all others keep running. */
  showing: readonly string[];
  /** Adds the commands. Each passes its exit code to `end`. */
  addCommands: (program: Command, context: CommandContext, end: (code: number) => void) => void;
}

/** Parses this process's command line, runs the command and sets the exit code. */
export async function runCommandLine(commandLine: CommandLine): Promise<void> {
  // Errors thrown outside any awaited promise.
  process.on('uncaughtException', (error) => process.exit(codeOf(error, { debug: false })));
  process.exitCode = await parseAndRun(commandLine);
}

async function parseAndRun({ name, description, showing, addCommands }: CommandLine): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command(name)
    .description(description)
    .option('--debug', 'show stack traces')
    .showHelpAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed or not the same, 2 bad input, 3 outside failure, 4 partly verified, 70 bug in the program, 130 interrupted',
    )
    .configureOutput({
      writeOut: (text) => {
        print(text.trimEnd());
      },
      writeErr: (text) => {
        printToErrors(text.trimEnd());
      },
    })
    .exitOverride();
  let command: string | undefined;
  program.hook('preAction', (_, action) => {
    command = action.name();
  });
  expectReadersToLeave(() => command !== undefined && !showing.includes(command));
  const context: CommandContext = Object.assign(listenForInterruptions(), {
    print,
    ...(canAsk() && { ask, askFor }),
  });
  addCommands(program, context, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    return codeOf(error, { debug: program.opts().debug === true });
  }
}

const codeOf = (error: unknown, options: { debug: boolean }): number =>
  isInterruption(error) ? exitCodes.interrupted : printError(error, options);
