import { provision, type Installation } from '@bit-repro/engine';
import type { Resources } from '../forecast/forecast.ts';
import { placementOf, resourcesOf, type Placement } from '../forecast/resources.ts';
import { openData } from '../openData.ts';
import type { Plan } from '../plan/index.ts';
import { downloadBar } from '../progress/downloadBar.ts';
import { describeWorkers } from '../words.ts';
import { deviceName } from '../provenance/host.ts';
import { gatherProvenance } from '../provenance/provenance.ts';
import type { Site } from './slurm/site.ts';
import type { Provenance, RunSpec } from '../store/records.ts';
import { sourceDigest } from '../store/sourceDigest.ts';
import { writePlan } from '../store/plans.ts';
import { specOf } from '../store/specOf.ts';
import { weightsDigest } from '../weights/weights.ts';

/** The runs of a plan, with all that they need in place. */
export interface PreparedRuns {
  installation: Installation;
  placement: Placement;
  resources: Resources;
  /** In the order of the plan. */
  specs: readonly RunSpec[];
  provenance: Provenance;
  /** The difference to the commit, where there is one. */
  diff: string | undefined;
}

/**
 * Sees to the engine, the data and the weights, before any run begins, and specifies every run by their versions and
 * checksums. What the plan came to is kept in the folder `store`.
 */
export async function prepareRuns(
  plan: Plan,
  { store, print, cluster }: { store: string; print: (line: string) => void; cluster?: Site },
): Promise<PreparedRuns> {
  const { experiment, profile, reason, planned, gpus } = plan;
  print(`${experiment.title}\nprofile ${profile}: ${reason}`);
  for (const assignment of experiment.origin.set) print(`set     ${assignment}`);
  for (const title of new Set(planned.map((one) => `${one.model}, ${one.weights.name}`)))
    print(`model   ${title}`);

  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print };
  const installation = await provision({ ...fetching, ...(cluster && { flavour: cluster.flavour }) });
  const { sha1 } = await openData(fetching);
  const digests = new Map<string, string | undefined>();
  for (const { weights } of planned) {
    if (!digests.has(weights.name)) digests.set(weights.name, await weightsDigest(weights, bar.onProgress));
  }
  bar.close();
  const { flavour, tensorflowVersion: tensorflow } = installation;
  const device = cluster?.device ?? deviceName(flavour === 'cuda' ? gpus[0] : undefined);
  print(`engine  TensorFlow ${tensorflow} (${flavour}) on ${device}`);
  const placement = cluster?.placement ?? placementOf(flavour, gpus, planned);
  const { slots, threads } = placement;
  print(
    cluster === undefined
      ? `workers ${describeWorkers(slots.length, threads)}`
      : `cluster at most ${cluster.maxParallel} jobs at a time, by Slurm`,
  );

  const sources = await sourceDigest();
  const specs = planned.map((one) => {
    const weightsSha256 = digests.get(one.weights.name);
    return specOf(one, {
      dataset: { name: 'cifar10', sha1 },
      engine: { flavour, tensorflow, device, ...(threads !== undefined && { threads }) },
      sources,
      ...(weightsSha256 !== undefined && { weightsSha256 }),
    });
  });
  const planSha256 = await writePlan(
    store,
    { experiment: experiment.name, profile, config: experiment.origin },
    specs,
  );
  const { provenance, diff } = await gatherProvenance({ config: experiment, profile, installation, gpus });
  return {
    installation,
    placement,
    resources: cluster?.resources ?? resourcesOf(flavour, gpus, placement),
    specs,
    provenance: { ...provenance, planSha256 },
    diff,
  };
}
