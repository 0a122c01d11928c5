import type { Command, Option } from 'commander';
import type { CommandContext } from './terminal/context.ts';
import type { UpstreamOptions } from './commands/upstream.ts';
import { join } from 'node:path';
import { folderOption, typedPath } from './terminal/pathOptions.ts';
import { workspaceRoot } from './workspace.ts';

const distillationsOption = (): Option =>
  folderOption('--runs <folder>', 'where distillations are kept', join(workspaceRoot, 'upstream-runs'));

/** Adds the commands that make the stand-in network. */
export function addUpstreamCommands(
  program: Command,
  context: CommandContext,
  end: (code: number) => void,
): void {
  program
    .command('upstream')
    .description('make the stand-in network BiT-mini by its recipe; hours on 2 cores')
    .argument('<recipe>', 'for example configs/upstream/mini.yaml', typedPath)
    .addOption(distillationsOption())
    .option('--adopt', 'take the network over as the one in this repository', false)
    .action(async (recipe: string, options: UpstreamOptions) => {
      const { upstream } = await import('./commands/upstream.ts');
      end(await upstream(recipe, options, context));
    });
  program
    .command('upstream-schema')
    .description('write the JSON Schema that editors check the recipe with')
    .action(async () => {
      const { upstreamSchema } = await import('./commands/upstreamSchema.ts');
      end(await upstreamSchema(context));
    });
  program
    .command('upstream-worker', { hidden: true })
    .argument('<folder>')
    .action(async (folder: string) => {
      const { upstreamWorker } = await import('./commands/upstreamWorker.ts');
      end(await upstreamWorker(folder, context));
    });
}
