import { InputError, type OnProgress } from '@bit-repro/artifacts';
import { prepareRecorded } from '@bit-repro/data';
import { detectGpus, provision, type Flavour, type Installation } from '@bit-repro/engine';
import { deviceName, resultCode, type RunSpec } from '@bit-repro/runs';
import type { Resources } from '../forecast/forecast.ts';
import { placementOf, resourcesOf, type Placement } from '../forecast/resources.ts';

/** Runs that were carried out before, specified for this machine and this code. */
export interface SpecifiedAgain {
  /** In the order of the originals. */
  specs: RunSpec[];
  installation: Installation;
  placement: Placement;
  resources: Resources;
}

/**
 * Specifies runs again. All that was asked of them stays, and so do the flavour of the engine and the number of threads; the
 * code, the engine's version and the device are those that there are. Fetches the engine and the data.
 *
 * @throws InputError if the runs differ in flavour or threads; OutsideError if this machine cannot run them; the reason of
 * `signal`.
 */
export async function specifyAgain(
  originals: readonly RunSpec[],
  {
    print,
    onProgress,
    signal,
  }: { print: (line: string) => void; onProgress?: OnProgress; signal: AbortSignal },
): Promise<SpecifiedAgain> {
  const { flavour, threads } = commonEngine(originals);
  const gpus = flavour === 'cuda' ? await detectGpus() : [];
  const fetching = { ...(onProgress && { onProgress }), onMessage: print, signal };
  const installation = await provision({ ...fetching, flavour });
  for (const dataset of distinct(originals)) await prepareRecorded(dataset, fetching);
  const { digest: sources } = await resultCode();
  const { slots } = placementOf(flavour, gpus, originals);
  const placement = { slots, ...(threads !== undefined && { threads }) };
  const here = { tensorflow: installation.tensorflowVersion, device: deviceName(gpus[0]) };
  return {
    specs: originals.map((spec) => ({ ...spec, sources, engine: { ...spec.engine, ...here } })),
    installation,
    placement,
    resources: resourcesOf(flavour, gpus, placement),
  };
}

const distinct = (specs: readonly RunSpec[]): RunSpec['dataset'][] => [
  ...new Map(specs.map(({ dataset }) => [JSON.stringify(dataset), dataset])).values(),
];

function commonEngine(specs: readonly RunSpec[]): { flavour: Flavour; threads: number | undefined } {
  const [first, ...rest] = specs.map(({ engine: { flavour, threads } }) => ({ flavour, threads }));
  if (
    first === undefined ||
    rest.some((one) => one.flavour !== first.flavour || one.threads !== first.threads)
  ) {
    throw new InputError(
      'Expected runs that used processors with equal threads, or GPUs, found both or neither',
      'Run fewer of them again, with another --seed.',
    );
  }
  return first;
}
