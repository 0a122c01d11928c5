import { Command, CommanderError } from 'commander';
import { exitCodes } from './commands/context.ts';
import { printError } from './printError.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Parses the command line, carries the command out and returns the exit code. */
async function main(): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command('harness')
    .description('Re-runs a published figure and tells, with evidence, whether it reproduces.')
    .option('--debug', 'show stack traces')
    .showHelpAfterError()
    .exitOverride();
  const context = { print, signal: new AbortController().signal };

  program
    .command('run')
    .description('run what an experiment still lacks and write its report')
    .argument('<config>', 'the experiment, for example configs/fig6.yaml')
    .option('--profile <name>', 'paper, embedded, or auto: what this machine can do', 'auto')
    .option('--runs <folder>', 'the run store', 'runs')
    .option('--reports <folder>', 'where reports go', 'reports')
    .action(async (config: string, options: { profile: string; runs: string; reports: string }) => {
      const { run } = await import('./commands/run.ts');
      code = await run(config, options, context);
    });
  program
    .command('provision')
    .description('fetch and compile what running needs: TensorFlow and CIFAR-10')
    .action(async () => {
      const { provisionAll } = await import('./commands/provision.ts');
      code = await provisionAll(context);
    });
  program
    .command('doctor')
    .description('tell what is on this machine, what is wrong, and what to do about it')
    .action(async () => {
      const { doctor } = await import('./commands/doctor.ts');
      code = await doctor(context);
    });
  program
    .command('validate')
    .description('check experiments without running them')
    .argument('<configs...>')
    .action(async (configs: string[]) => {
      const { validate } = await import('./commands/validate.ts');
      code = await validate(configs, context);
    });
  program
    .command('worker', { hidden: true })
    .argument('<folder>')
    .action(async (folder: string) => {
      const { worker } = await import('./commands/worker.ts');
      code = await worker(folder);
    });

  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    return printError(error, { debug: program.opts<{ debug?: boolean }>().debug === true });
  }
}

process.exitCode = await main();
