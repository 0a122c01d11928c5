import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ExplainedError, exitCodes } from '@bit-repro/artifacts';
import { Forecaster, carryOut, LocalLauncher, Supervisor, whileInterruptible } from '@bit-repro/launch';
import { prepareRuns } from './prepareRuns.ts';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { makeBoard } from '../progress/board.ts';
import { differenceOf, type RunSpec, runId, RunStore } from '@bit-repro/runs';
import { printJson, type CommandContext } from '@bit-repro/terminal';

export interface CanaryOptions extends ExperimentOptions {
  runs: string;
  json?: boolean;
}

/**
 * Runs the shortest run of an experiment twice from the beginning, outside the store, and compares them bit
 * by bit: the losses of all steps, the scores and the weights. Returns exit code 1 if they differ.
 */
export async function canary(
  configFile: string,
  options: CanaryOptions,
  context: CommandContext,
): Promise<number> {
  const { print } = context;
  const plan = await planOf(configFile, options);
  const folder = resolve(options.runs, `.canary-${randomUUID()}`);
  const { signal } = context;
  const { installation, placement, resources, specs, provenance, diff } = await prepareRuns(plan, {
    store: folder,
    print,
    signal,
  });
  const forecaster = new Forecaster([], resources);
  const spec = shortest(specs, forecaster);
  const { flops } = forecaster.forecast(spec);
  const board = makeBoard(print, [flops, flops]);
  const { flavour } = installation;
  const supervisor = new Supervisor(new LocalLauncher({ flavour, ...placement, print }), board);
  print(`canary  ${runId(spec)}, twice\n`);
  try {
    return await whileInterruptible({ supervisor, context }, async () => {
      const stores = ['first', 'second'].map((name) => new RunStore(join(folder, name)));
      for (const store of stores) {
        const common = { supervisor, provenance, diff, resources, signal, print };
        const [outcome] = await carryOut([spec], { ...common, store, saveWeights: true });
        if (outcome?.kind === 'stopped') return exitCodes.interrupted;
        if (outcome?.kind === 'failed') {
          throw new ExplainedError(outcome.message, outcome.remedy ?? 'Run the experiment itself.');
        }
      }
      board.close();
      const [first, second] = stores.map((store) => store.folderOf(spec)) as [string, string];
      const difference = await differenceOf(first, second);
      if (options.json === true)
        printJson(print, { run: runId(spec), isIdentical: difference === undefined, difference });
      else print(`\n${difference ?? 'bit-identical: the losses of all steps, the scores and the weights'}`);
      return difference === undefined ? exitCodes.done : exitCodes.failed;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shortest(specs: readonly RunSpec[], forecaster: Forecaster): RunSpec {
  const flops = (spec: RunSpec): number => forecaster.forecast(spec).flops;
  return specs.reduce((least, spec) => (flops(spec) < flops(least) ? spec : least));
}
