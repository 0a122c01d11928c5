import { basename } from 'node:path';
import { cifar10Files } from '@bit-repro/data';
import { diagnose } from '@bit-repro/engine';
import { readWeightsLock } from '@bit-repro/model';
import type { WeightsChoice } from '../config/index.ts';
import { HarnessError } from '../errors.ts';
import type { Plan, PlannedRun, Site } from '../plan/index.ts';
import { requirePrecision } from '../precision.ts';
import { deviceName } from '../provenance/host.ts';
import type { RunSpec } from '../store/records.ts';
import { resultCode } from '../store/resultCode.ts';
import { specOf } from '../store/specOf.ts';
import { weightsDigest, weightsLock } from '../weights/weights.ts';
import type { Resources } from './forecast.ts';
import { placementOf, resourcesOf } from './resources.ts';

/** A planned run, and what it would be stored under. */
export interface ExpectedRun {
  run: PlannedRun;
  /** What is known of its specification: all of it, but for the checksum of published weights that were never fetched. */
  spec: RunSpec;
  /** Whether that checksum is missing, so that the run's key is not known. */
  isOpenKey: boolean;
}

export interface ExpectedRuns {
  engine: Omit<RunSpec['engine'], 'device'>;
  /** What it computes on. */
  devices: readonly string[];
  /** Whether that engine is in the cache. */
  isInstalled: boolean;
  resources: Resources;
  runs: readonly ExpectedRun[];
}

/**
 * The runs of a plan with all that their keys depend on, as `run` would make them on this machine or a cluster. Nothing is fetched: the
 * engine is the one that would be provisioned, the checksums are those on record.
 *
 * @throws HarnessError when no TensorFlow runs on this machine, it lacks the precision of a run, or a file of weights cannot be read.
 */
export async function expectedRuns(plan: Plan): Promise<ExpectedRuns> {
  const { planned } = plan;
  const { deviceOf, ...machine } = await expectedMachine(plan);
  const { digest: sources } = await resultCode();
  const dataset = { name: 'cifar10' as const, sha1: { ...cifar10Files } };
  const digests = await recordedDigests(planned.map(({ weights }) => weights));
  const runs = planned.map((run): ExpectedRun => {
    const weightsSha256 = digests.get(run.weights.name);
    const engine = { ...machine.engine, device: deviceOf(run.fineTune.architecture) };
    return {
      run,
      spec: specOf(run, { dataset, engine, sources, ...(weightsSha256 !== undefined && { weightsSha256 }) }),
      isOpenKey: run.weights.kind === 'published' && weightsSha256 === undefined,
    };
  });
  return { ...machine, devices: [...new Set(runs.map(({ spec }) => spec.engine.device))], runs };
}

async function expectedMachine({
  planned,
  gpus,
  engine,
  cluster,
}: Plan): Promise<Omit<ExpectedRuns, 'runs' | 'devices'> & Pick<Site, 'deviceOf'>> {
  const { release, installations, problems } = await diagnose({
    checksums: false,
    network: false,
    ...(cluster?.engine ?? engine),
  });
  if (release === undefined || installations === undefined) {
    const { summary, remedy } = problems.find(({ fatal }) => fatal)!;
    throw new HarnessError(summary, remedy);
  }
  const { flavour, tensorflowVersion } = release;
  requirePrecision(planned, flavour === 'cuda' ? (cluster?.gpus ?? gpus) : []);
  const installed = installations.find(({ installation: { folder } }) =>
    basename(folder).startsWith(`${flavour}-${tensorflowVersion}-`),
  );
  const placement = cluster?.placement ?? placementOf(flavour, gpus, planned);
  const here = deviceName(flavour === 'cuda' ? gpus[0] : undefined);
  return {
    deviceOf: cluster?.deviceOf ?? (() => here),
    engine: {
      flavour,
      tensorflow: installed?.installation.tensorflowVersion ?? tensorflowVersion,
      ...(placement.threads !== undefined && { threads: placement.threads }),
    },
    isInstalled: installed !== undefined,
    resources: cluster?.resources ?? resourcesOf(flavour, gpus, placement),
  };
}

/** By the name of the weights: the SHA-256 of files, and that on record for published weights. */
async function recordedDigests(all: readonly WeightsChoice[]): Promise<Map<string, string>> {
  const locked = await readWeightsLock(weightsLock);
  const digests = new Map<string, string>();
  for (const weights of new Map(all.map((one) => [one.name, one])).values()) {
    const sha256 =
      weights.kind === 'published' ? locked.get(weights.name)?.sha256 : await weightsDigest(weights);
    if (sha256 !== undefined) digests.set(weights.name, sha256);
  }
  return digests;
}
