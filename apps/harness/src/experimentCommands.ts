import type { Command } from '@commander-js/extra-typings';
import { typedPath, type CommandContext } from '@bit-repro/terminal';
import {
  checkpointOption,
  jsonOption,
  launcherOption,
  profileOption,
  reportsOption,
  runsOption,
  setOption,
  wholeNumber,
} from './options.ts';
import { typedConfig, typedConfigs } from './shippedConfigs.ts';

const configArgument = 'the experiment: a file, or the name of one of `configs`, for example fig6';

/** Adds the commands for experiments. Each passes its exit code to `end`. */
export function addExperimentCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  program.commandsGroup('Run an experiment:');
  const onExperiment = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument('<config>', 'the experiment, for example configs/fig6.yaml', typedConfig)
      .option(...profileOption)
      .option(...setOption)
      .addOption(runsOption());

  onExperiment('run', 'run the unfinished runs of an experiment and write its report')
    .addOption(reportsOption())
    .option('--until-decided', 'add seeds, look by look, until every verdict of the config is decided', false)
    .option('--force', 're-run finished runs too; their old folders are kept beside the new ones', false)
    .option('--save-weights', 'keep the fine-tuned weights of new runs as weights.npz', false)
    .option(...checkpointOption)
    .addOption(launcherOption())
    .action(async (config, options) => {
      const { run } = await import('./commands/run.ts');
      end(await run(config, options, context));
    });
  onExperiment('report', 'write the report of an experiment anew from its finished runs, and run nothing')
    .addOption(reportsOption())
    .addOption(launcherOption())
    .action(async (config, options) => {
      const { report } = await import('./commands/report.ts');
      end(await report(config, options, context));
    });
  program
    .command('validate')
    .description('check experiments without running them')
    .argument('<configs...>', 'the experiments', typedConfigs)
    .option(...setOption)
    .option(...jsonOption)
    .action(async (configs, options) => {
      const { validate } = await import('./commands/validate.ts');
      end(await validate(configs, options, context));
    });
  onExperiment('plan', 'show what `run` would do: every run with its state, time and memory; fetches nothing')
    .addOption(launcherOption())
    .option('--why', 'tell of each run that is not done how it differs from the nearest finished one', false)
    .option(...jsonOption)
    .action(async (config, options) => {
      const { planCommand } = await import('./commands/plan.ts');
      end(await planCommand(config, options, context));
    });
  program
    .command('simulate')
    .description('show how often an experiment’s verdicts would be right and wrong, by simulating its rule')
    .argument('<config>', configArgument, typedConfig)
    .option(...profileOption)
    .option(...setOption)
    .option('--replications <count>', 'replications of each case', wholeNumber(1), 20_000)
    .option('--seed <number>', 'of the draws', wholeNumber(0), 0)
    .option(...jsonOption)
    .action(async (config, options) => {
      const { simulate } = await import('./commands/simulate.ts');
      end(await simulate(config, options, context));
    });
  onExperiment('canary', 'run the shortest run of an experiment twice, and check that both agree to the bit')
    .option(...jsonOption)
    .action(async (config, options) => {
      const { canary } = await import('./commands/canary.ts');
      end(await canary(config, options, context));
    });
  onExperiment(
    'attach',
    'follow the runs of an experiment that were submitted to a cluster, and write its report',
  )
    .addOption(reportsOption())
    .action(async (config, options) => {
      const { attach } = await import('./commands/run.ts');
      end(await attach(config, options, context));
    });
  program
    .command('cancel')
    .description('cancel runs that were submitted to a cluster; running ones save a checkpoint')
    .argument('[config]', configArgument, typedConfig)
    .option('--all', 'all runs of the store instead', false)
    .option(...profileOption)
    .option(...setOption)
    .addOption(runsOption())
    .action(async (config, options) => {
      const { cancel } = await import('./commands/cancel.ts');
      end(await cancel(config, options, context));
    });
  program
    .command('configs')
    .description('list the experiments that come with this program, which are run by name')
    .option(...jsonOption)
    .action(async (options) => {
      const { configs } = await import('./commands/configs.ts');
      end(await configs(options, context));
    });
  program
    .command('init')
    .description('write an experiment on a folder of your own images; asks for what the options do not say')
    .argument('[config]', 'the file to write (default: the folder’s name, here)', typedPath)
    .option('--folder <path>', 'images: train/CLASS and test/CLASS, or CLASS alone', typedPath)
    .option('--model <name>', 'published network, for GPUs (default: BiT-M-R50x1)')
    .option('--shots <list>', 'training images per class, or all (default: 1,5,10 as far as there are)')
    .option('--seeds <count>', 'how many seeds (default: 5)')
    .action(async (config, options) => {
      const { init } = await import('./commands/init.ts');
      end(await init(config, options, context));
    });
}
