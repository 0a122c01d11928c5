import { InvalidArgumentError, type Command } from '@commander-js/extra-typings';
import { type CommandContext, typedPath, typedPaths } from '@bit-repro/terminal';
import { runStates } from '@bit-repro/runs/runStates';
import { launcherOption, profileOption, reportsOption, runsOption, setOption } from './options.ts';

/** Adds the commands that look at the run store; each hands its exit code to `end`. */
export function addStoreCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  const command = (name: string, description: string) =>
    program.command(name).description(description).addOption(runsOption());
  const json = ['--json', 'as JSON', false] as const;

  command('ls', 'list the runs of the store, the latest last')
    .option('--experiment <name>', 'only those of this experiment')
    .option('--state <state>', `only those that are ${runStates.join(', ')}`)
    .option(...json)
    .action(async (options) => {
      const { ls } = await import('./commands/ls.ts');
      end(await ls(options, context));
    });
  command('show', 'tell everything about a run: its numbers, and which code, data and settings gave them')
    .argument('<run>', 'the beginning of its id, or the digits that it ends in')
    .option(...json)
    .action(async (run, options) => {
      const { showRun } = await import('./commands/show.ts');
      end(await showRun(run, options, context));
    });
  command('diff', 'tell what differs between two runs')
    .argument('<run>')
    .argument('<other>')
    .option('--all', 'also what is the same', false)
    .option(...json)
    .action(async (run, other, options) => {
      const { diffRuns } = await import('./commands/diff.ts');
      end(await diffRuns([run, other], options, context));
    });
  command('logs', 'print what the worker of a run wrote')
    .argument('<run>')
    .option('-f, --follow', 'go on until the run ends', false)
    .option('--events', 'its steps and evaluations instead, one JSON object per line', false)
    .action(async (run, options) => {
      const { logs } = await import('./commands/logs.ts');
      end(await logs(run, options, context));
    });
  command('status', 'tell what is running, how far it is, and what failed')
    .argument('[config]', 'only the runs of this experiment, also those that are absent', typedPath)
    .option(...profileOption)
    .option(...setOption)
    .addOption(launcherOption())
    .option(...json)
    .action(async (config, options) => {
      const { status } = await import('./commands/status.ts');
      end(await status(config, options, context));
    });
  command('gc', 'tell which runs are of no use: damaged, failed, interrupted')
    .option('--delete', 'move them into the trash of the store', false)
    .option('--finished', 'also finished runs that other code made than there is now', false)
    .option('--empty-trash', 'remove for good what is in the trash', false)
    .option('--yes', 'ask no question', false)
    .action(async (options) => {
      const { gc } = await import('./commands/gc.ts');
      end(await gc(options, context));
    });
  command('verify', 'work every number of a report out again from its runs, and compare')
    .argument('<report>', 'its page, for example reports/fig6/report.html', typedPath)
    .option('--archive <file>', 'take the runs from an exported archive instead of the store', typedPath)
    .action(async (report, options) => {
      const { verify } = await import('./commands/verify.ts');
      end(await verify(report, options, context));
    });
  program
    .command('comment')
    .description(
      'put a report into the one comment on a pull request that is its own, and into the job’s summary',
    )
    .argument('<folder>', 'the report, for example reports/fig6', typedPath)
    .option('--base <folder>', 'the same report on the base branch, to tell what changed', typedPath)
    .option('--repository <owner/name>', 'default: $GITHUB_REPOSITORY')
    .option('--pull <number>', 'default: the one that the workflow runs for', positive)
    .action(async (folder, options) => {
      const { comment } = await import('./commands/comment.ts');
      end(await comment(folder, options, context));
    });
  const reports = () => reportsOption('where reports are');
  command('export', 'put finished runs, and the reports of experiments, into one checksummed file')
    .argument('<archive>', 'the file to write, NAME.zip', typedPath)
    .argument(
      '[what...]',
      'experiments (configs/fig6.yaml) or runs; all finished runs when none is named',
      typedPaths,
    )
    .addOption(reports())
    .option(...profileOption)
    .option(...setOption)
    .addOption(launcherOption())
    .option('--dry-run', 'only tell what would be in it', false)
    .action(async (archive, what, options) => {
      const { exportCommand } = await import('./commands/archive.ts');
      end(await exportCommand(archive, what, options, context));
    });
  command('import', 'take over the runs and reports of such a file, once all of it has proved sound')
    .argument('<archive>', 'the file', typedPath)
    .addOption(reports())
    .action(async (archive, options) => {
      const { importCommand } = await import('./commands/archive.ts');
      end(await importCommand(archive, options, context));
    });
}

function positive(written: string): number {
  const number = Number(written);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Expected a number from 1 up.');
  return number;
}
