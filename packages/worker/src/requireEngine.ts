import { OutsideError } from '@bit-repro/artifacts';
import { architectureOf, detectGpus, kernelsNameOf, type Gpu, type Installation } from '@bit-repro/engine';
import { deviceName, type RunSpec } from '@bit-repro/runs';

/**
 * The GPUs of this machine, for a run that needs one. A launcher may have sent the run to a machine of another kind than it was
 * planned for, whose bits would be others.
 *
 * @throws OutsideError where the device of the run is not here.
 */
export async function requireDevice({ flavour, device }: RunSpec['engine']): Promise<Gpu[]> {
  const gpus = flavour === 'cuda' ? await detectGpus() : [];
  const found = flavour === 'cuda' ? gpus.map(({ name }) => name) : [deviceName(undefined)];
  if (found.includes(device)) return gpus;
  throw new OutsideError(
    `Expected ${device}, for which the run was planned, found ${found.join(', ') || 'no GPU'}`,
    'Name the device of the nodes in `slurm.device`, and keep others away with `slurm.constraint` or `slurm.exclude`.',
  );
}

/**
 * Another machine may have been able to fetch, or to run, another release only.
 *
 * @throws OutsideError where TensorFlow is not the one that the run was planned with.
 */
export function requireVersion(
  { tensorflow }: RunSpec['engine'],
  { tensorflowVersion, folder }: Pick<Installation, 'tensorflowVersion' | 'folder'>,
): void {
  if (tensorflowVersion === tensorflow) return;
  throw new OutsideError(
    `Expected TensorFlow ${tensorflow}, with which the run was planned, found ${tensorflowVersion} in ${folder}`,
    'Have the nodes share the cache of the machine that plans, by BIT_REPRO_CACHE; or set `slurm.computeCapability`.',
  );
}

/**
 * A library may have been altered, or built otherwise, on the way to another machine. The addon is compiled on each, and may differ.
 *
 * @param recorded SHA-256 by name, as the run's provenance has them.
 * @throws OutsideError where a library of TensorFlow is not the one that the run was planned with.
 */
export function requireLibraries(
  recorded: Readonly<Record<string, string>>,
  { sha256, libraryFolder }: Pick<Installation, 'sha256' | 'libraryFolder'>,
): void {
  for (const [name, expected] of Object.entries(recorded)) {
    const found = sha256[name];
    if (!name.startsWith('libtensorflow') || found === expected) continue;
    throw new OutsideError(
      `Expected ${name} with SHA-256 ${expected}, with which the run was planned, found ${found ?? 'none'} in ${libraryFolder}`,
      'Have the machines share one cache by BIT_REPRO_CACHE, or remove the installation there, so that it is fetched again.',
    );
  }
}

/**
 * With this project's kernels a GPU gives other last bits than with TensorFlow's ops, and they may have been compiled on one machine and
 * not on the other.
 *
 * @param recorded SHA-256 by name, as the run's provenance has them.
 * @param computeCapability of the GPU; nothing where there is none, or a driver too old to tell.
 * @throws OutsideError where the kernels for the GPU are not those that the run was planned with.
 */
export function requireKernels(
  recorded: Readonly<Record<string, string>>,
  { sha256, folder }: Pick<Installation, 'sha256' | 'folder'>,
  computeCapability: number | undefined,
): void {
  if (computeCapability === undefined) return;
  const name = kernelsNameOf(architectureOf(computeCapability));
  const [expected, found] = [recorded[name], sha256[name]];
  if (found === expected) return;
  const inWords = (digest: string | undefined): string =>
    digest === undefined ? 'none' : `SHA-256 ${digest}`;
  throw new OutsideError(
    `Expected of the kernels ${name} ${inWords(expected)}, with which the run was planned, found ${inWords(found)} in ${folder}`,
    'Have the machines share one cache by BIT_REPRO_CACHE, or run `npx harness provision` on both and see what it says of kernels.',
  );
}
