import { nameOfDataset } from '@bit-repro/data';
import type { Flavour } from '@bit-repro/engine';
import type { Resources } from '../forecast/forecast.ts';
import { placementOf, resourcesOf, type Placement } from '../forecast/resources.ts';
import type { Plan } from './loadPlan.ts';
import { type PlannedRun, requirePrecision } from '@bit-repro/experiment';
import { deviceName, type RunSpec, type ReachedCode, resultCode, specOf } from '@bit-repro/runs';

/** What a plan does not determine: the versions and checksums of what its runs use. */
export interface Ingredients {
  engine: { flavour: Flavour; tensorflow: string };
  /** By name, those of all runs. */
  datasets: ReadonlyMap<string, RunSpec['dataset']>;
  /** SHA-256 of weights files by the name of the weights, if known. */
  weights: ReadonlyMap<string, string>;
}

/** A planned run and its specification. */
export interface SpecifiedRun {
  run: PlannedRun;
  spec: RunSpec;
  /**
   * Whether the run's key is still unknown, because its weights or its data set were never fetched and no checksum is
   * recorded.
   */
  isOpenKey: boolean;
}

export interface SpecifiedRuns {
  /** In the order of the plan. */
  runs: readonly SpecifiedRun[];
  /** The devices that the runs use. */
  devices: readonly string[];
  placement: Placement;
  resources: Resources;
  /** The source code that results depend on. */
  code: ReachedCode;
}

/**
 * The specifications of the runs of a plan. All commands that name runs use this function, so that they agree
 * on every key.
 *
 * @throws InputError if the devices lack the precision of a run.
 */
export async function specify(
  { planned, gpus, cluster }: Plan,
  { engine, datasets, weights }: Ingredients,
): Promise<SpecifiedRuns> {
  const { flavour } = engine;
  requirePrecision(planned, flavour === 'cuda' ? (cluster?.gpus ?? gpus) : []);
  const placement = cluster?.placement ?? placementOf(flavour, gpus, planned);
  const { threads } = placement;
  const here = deviceName(flavour === 'cuda' ? gpus[0] : undefined);
  const code = await resultCode();
  const runs = planned.map((run): SpecifiedRun => {
    const device = cluster?.deviceOf(run.fineTune.architecture) ?? here;
    const weightsSha256 = weights.get(run.weights.name);
    const dataset = datasets.get(nameOfDataset(run.dataset))!;
    const isKnownData = !('name' in dataset) || Object.keys(dataset.sha1).length > 0;
    return {
      run,
      spec: specOf(run, {
        dataset,
        engine: { ...engine, device, ...(threads !== undefined && { threads }) },
        sources: code.digest,
        ...(weightsSha256 !== undefined && { weightsSha256 }),
      }),
      isOpenKey: !isKnownData || (run.weights.kind !== 'random' && weightsSha256 === undefined),
    };
  });
  return {
    runs,
    devices: [...new Set(runs.map(({ spec }) => spec.engine.device))],
    placement,
    resources: cluster?.resources ?? resourcesOf(flavour, gpus, placement),
    code,
  };
}
