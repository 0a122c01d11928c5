import type { Command } from '@commander-js/extra-typings';
import { type CommandContext, folderOption, runCommandLine, typedPath } from '@bit-repro/terminal';
import { join } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';

const distillationsOption = () =>
  folderOption('--runs <folder>', 'folder for distillations', join(workspaceRoot, 'upstream-runs'));

function addCommands(program: Command, context: CommandContext, end: (code: number) => void): void {
  program
    .command('make')
    .description('make BiT-mini from its recipe, resuming an interrupted attempt')
    .argument('<recipe>', 'for example configs/upstream/mini.yaml', typedPath)
    .addOption(distillationsOption())
    .option('--adopt', 'replace the network in this repository by the result', false)
    .action(async (recipe, options) => {
      const { upstream } = await import('./commands/make.ts');
      end(await upstream(recipe, options, context));
    });
  program
    .command('schema')
    .description('write the JSON Schema that editors use to check the recipe')
    .action(async () => {
      const { upstreamSchema } = await import('./commands/schema.ts');
      end(await upstreamSchema(context));
    });
  program
    .command('worker', { hidden: true })
    .argument('<folder>')
    .action(async (folder) => {
      const { upstreamWorker } = await import('./commands/worker.ts');
      end(await upstreamWorker(folder, context));
    });
}

await runCommandLine({
  names: ['upstream-mini'],
  description: 'Makes BiT-mini, the small stand-in for a pre-trained network (docs/upstream.md).',
  showing: [],
  addCommands,
});
