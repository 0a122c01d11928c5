import { join } from 'node:path';
import { ExplainedError } from '@bit-repro/artifacts';
import {
  carryOut,
  Forecaster,
  LocalLauncher,
  specifyAgain,
  Supervisor,
  whileInterruptible,
} from '@bit-repro/launch';
import type { NotCompared } from '@bit-repro/report';
import { readRecord, type RunRecord, RunStore } from '@bit-repro/runs';
import { downloadBar, type CommandContext } from '@bit-repro/terminal';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { makeBoard } from '../progress/board.ts';
import { withTemporaryFolder } from './temporaryFolder.ts';
import { judgeReruns, type Repeated } from './judgeReruns.ts';

/** `count` different items, or all of them, drawn with a seed, in their order. */
export function drawn<T>(items: readonly T[], count: number, seed: number): T[] {
  const generator = xoroshiro128plus(seed);
  const left = [...items.keys()];
  const taken = new Set<number>();
  while (taken.size < count && left.length > 0) {
    const [index] = left.splice(uniformInt(generator, 0, left.length - 1), 1);
    taken.add(index!);
  }
  return items.filter((_, index) => taken.has(index));
}

/**
 * Carries out runs again in a temporary store, and compares their results with the originals.
 *
 * @returns what the comparison could not tell, because the code or the machine is another.
 * @throws ExplainedError if the same code on the same machine gives another result; the reason of the context's signal.
 */
export async function rerun(
  originals: readonly RunRecord[],
  context: CommandContext,
): Promise<NotCompared[]> {
  return withTemporaryFolder('rerun', async (folder) =>
    judgeReruns(await repeatAll(originals, folder, context), context.print),
  );
}

async function repeatAll(
  originals: readonly RunRecord[],
  folder: string,
  context: CommandContext,
): Promise<Repeated[]> {
  const { print, signal } = context;
  const { onProgress, close } = downloadBar();
  const asked = originals.map(({ spec }) => spec);
  const { specs, installation, placement, resources } = await specifyAgain(asked, {
    print,
    onProgress,
    signal,
  });
  close();
  const forecaster = new Forecaster([], resources);
  const board = makeBoard(
    print,
    specs.map((spec) => forecaster.forecast(spec).flops),
  );
  const { flavour } = installation;
  const supervisor = new Supervisor(new LocalLauncher({ flavour, ...placement, print }), board);
  const store = new RunStore(join(folder, 'runs'));
  // What a worker requires, and what its result may depend on.
  const { provenance } = originals[0]!;
  const here = {
    ...provenance,
    engineSha256: { ...installation.sha256 },
    versions: { ...provenance.versions, node: process.versions.node },
  };
  const common = { store, supervisor, provenance: here, diff: undefined, saveWeights: false };
  const outcomes = await whileInterruptible({ supervisor, context }, () =>
    carryOut(specs, { ...common, resources, signal, print }),
  );
  board.close();
  signal.throwIfAborted();
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'done') continue;
    const { message = 'it was stopped', remedy = 'Run the command again.' } =
      outcome.kind === 'failed' ? outcome : {};
    throw new ExplainedError(
      `The run ${originals[index]!.id} could not be carried out again: ${message}`,
      remedy,
    );
  }
  return Promise.all(
    originals.map(async (original, index) => ({
      original,
      again: await readRecord(store.folderOf(specs[index]!)),
    })),
  );
}
