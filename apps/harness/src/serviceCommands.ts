import { Argument, type Command } from '@commander-js/extra-typings';
import { typedPath, type CommandContext } from '@bit-repro/terminal';
import { checkpointOption, profileOption, runsOption, setOption, wholeNumber } from './options.ts';
import { typedConfig } from './shippedConfigs.ts';

/** Adds the commands that schedulers, workflows, editors and shells call. Each passes its exit code to `end`. */
export function addServiceCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  program.commandsGroup('For schedulers, workflows, editors and shells:');
  program
    .command('prepare')
    .description(
      'make the folders of an experiment’s unfinished runs, for workers started without a launcher',
    )
    .argument('<config>', 'the experiment, for example configs/fig6.yaml', typedConfig)
    .option(...profileOption)
    .option(...setOption)
    .addOption(runsOption())
    .action(async (config, options) => {
      const { prepare } = await import('./commands/prepare.ts');
      end(await prepare(config, options, context));
    });
  program
    .command('worker')
    .description('run one run, whose folder `prepare` or a launcher made; see docs/cluster.md')
    .argument('<folder>', 'for example runs/RUN', typedPath)
    .option('--alone', 'hold the run’s lock, because no launcher does', false)
    .option('--save-weights', 'keep the fine-tuned weights as weights.npz', false)
    .option(...checkpointOption)
    .action(async (folder, options) => {
      const { worker } = await import('./commands/worker.ts');
      end(await worker(folder, options, context));
    });
  program
    .command('comment')
    .description('update the report’s comment on a pull request, and the job’s summary')
    .argument('<folder>', 'the folder of the report, for example reports/fig6', typedPath)
    .option('--base <folder>', 'the same report on the base branch, to show changes', typedPath)
    .option('--repository <owner/name>', 'default: $GITHUB_REPOSITORY')
    .option('--pull <number>', 'default: the pull request of the workflow', wholeNumber(1))
    .option('--artifact <url>', 'where the whole report can be downloaded, for a link')
    .action(async (folder, options) => {
      const { comment } = await import('./commands/comment.ts');
      end(await comment(folder, options, context));
    });
  program
    .command('schema')
    .description('write the JSON Schemas that editors use to check configs')
    .action(async () => {
      const { schema } = await import('./commands/schema.ts');
      end(await schema(context));
    });
  program
    .command('completion')
    .description('print a script that completes commands, options, configs and runs (docs/command-line.md)')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(['bash', 'zsh', 'fish']))
    .action(async (shell) => {
      const { completionCommand } = await import('./commands/completion.ts');
      end(completionCommand(shell, context));
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words) => {
      const { complete } = await import('./commands/completion.ts');
      end(await complete(program, words, context));
    });
}
