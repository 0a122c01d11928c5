import { provision, type Installation } from '@bit-repro/engine';
import type { Resources } from '../forecast/forecast.ts';
import { placementOf, resourcesOf, type Placement } from '../forecast/resources.ts';
import { openData } from '../openData.ts';
import type { Plan } from '../plan/index.ts';
import { requirePrecision } from '../precision.ts';
import { downloadBar } from '../progress/downloadBar.ts';
import { inLine } from '../terminal/clean.ts';
import { describeCluster, describeWorkers } from '../words.ts';
import { deviceName } from '../provenance/host.ts';
import { gatherProvenance } from '../provenance/provenance.ts';
import type { Provenance, RunSpec } from '../store/records.ts';
import { resultCode } from '../store/resultCode.ts';
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
  diff: Buffer | undefined;
}

/**
 * Sees to the engine, the data and the weights, before any run begins, and specifies every run by their versions and
 * checksums. What the plan came to is kept in the folder `store`.
 */
export async function prepareRuns(
  plan: Plan,
  { store, print }: { store: string; print: (line: string) => void },
): Promise<PreparedRuns> {
  const { experiment, profile, reason, planned, gpus, engine, cluster } = plan;
  print(`${experiment.title}\nprofile ${profile}: ${reason}`);
  for (const assignment of experiment.origin.set) print(`set     ${inLine(assignment)}`);
  for (const title of new Set(planned.map((one) => `${one.model}, ${one.weights.name}`)))
    print(`model   ${inLine(title)}`);
  const present = cluster?.gpus ?? gpus;
  requirePrecision(planned, present);

  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print };
  const installation = await provision({ ...fetching, ...(cluster?.engine ?? engine) });
  const { sha1 } = await openData(fetching);
  const digests = new Map<string, string | undefined>();
  for (const { weights } of planned) {
    if (!digests.has(weights.name)) digests.set(weights.name, await weightsDigest(weights, bar.onProgress));
  }
  bar.close();
  const { flavour, tensorflowVersion: tensorflow } = installation;
  requirePrecision(planned, flavour === 'cuda' ? present : []);
  const here = deviceName(flavour === 'cuda' ? gpus[0] : undefined);
  const devices = planned.map(({ fineTune }) => cluster?.deviceOf(fineTune.architecture) ?? here);
  print(`engine  TensorFlow ${tensorflow} (${flavour}) on ${[...new Set(devices)].join(', ')}`);
  const placement = cluster?.placement ?? placementOf(flavour, gpus, planned);
  const { slots, threads } = placement;
  print(
    cluster === undefined
      ? `workers ${describeWorkers(slots.length, threads)}`
      : `cluster ${describeCluster(cluster.maxParallel)}`,
  );

  const code = await resultCode();
  const specs = planned.map((one, index) => {
    const weightsSha256 = digests.get(one.weights.name);
    return specOf(one, {
      dataset: { name: 'cifar10', sha1 },
      engine: { flavour, tensorflow, device: devices[index]!, ...(threads !== undefined && { threads }) },
      sources: code.digest,
      ...(weightsSha256 !== undefined && { weightsSha256 }),
    });
  });
  const planSha256 = await writePlan(
    store,
    { experiment: experiment.name, profile, config: experiment.origin },
    specs,
  );
  const { provenance, diff } = await gatherProvenance({
    config: experiment,
    profile,
    sources: code.files,
    installation,
    gpus,
  });
  const { git } = provenance;
  if ('unknown' in git) print(`warning the commit of this project is not recorded: ${inLine(git.unknown)}`);
  return {
    installation,
    placement,
    resources: cluster?.resources ?? resourcesOf(flavour, gpus, placement),
    specs,
    provenance: { ...provenance, planSha256 },
    diff,
  };
}
