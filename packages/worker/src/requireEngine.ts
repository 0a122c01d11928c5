import { OutsideError } from '@bit-repro/artifacts';
import { architectureOf, detectGpus, kernelsNameOf, type Gpu, type Installation } from '@bit-repro/engine';
import { deviceName, type RunSpec } from '@bit-repro/runs';

/**
 * Returns the GPUs of this machine if the run uses one. A launcher may have sent the run to a machine with
 * another device, which would give different bits.
 *
 * @throws OutsideError if this machine lacks the run's device.
 */
export async function requireDevice({ flavour, device }: RunSpec['engine']): Promise<Gpu[]> {
  const gpus = flavour === 'cuda' ? await detectGpus() : [];
  const found = flavour === 'cuda' ? gpus.map(({ name }) => name) : [deviceName(undefined)];
  if (found.includes(device)) return gpus;
  throw new OutsideError(
    `The run was planned for ${device}, but this machine has ${found.join(', ') || 'no GPU'}`,
    'Set `slurm.device` to the device of the nodes, and exclude other nodes with `slurm.constraint` or `slurm.exclude`.',
  );
}

/**
 * This machine may have fetched another release, or be able to run only another.
 *
 * @throws OutsideError if TensorFlow is not the version that the run was planned with.
 */
export function requireVersion(
  { tensorflow }: RunSpec['engine'],
  { tensorflowVersion, folder }: Pick<Installation, 'tensorflowVersion' | 'folder'>,
): void {
  if (tensorflowVersion === tensorflow) return;
  throw new OutsideError(
    `The run was planned with TensorFlow ${tensorflow}, but ${folder} has ${tensorflowVersion}`,
    'Share the cache of the planning machine with the nodes (BIT_REPRO_CACHE), or set `slurm.computeCapability`.',
  );
}

/**
 * Checks TensorFlow's libraries, which may differ on another machine. The addon is compiled on each machine
 * and may differ.
 *
 * @param recorded SHA-256 by name, from the run's provenance.
 * @throws OutsideError if a library is not the one that the run was planned with.
 */
export function requireLibraries(
  recorded: Readonly<Record<string, string>>,
  { sha256, libraryFolder }: Pick<Installation, 'sha256' | 'libraryFolder'>,
): void {
  for (const [name, expected] of Object.entries(recorded)) {
    const found = sha256[name];
    if (!name.startsWith('libtensorflow') || found === expected) continue;
    throw new OutsideError(
      `The run was planned with ${name} of SHA-256 ${expected}, but ${libraryFolder} has ${found ?? 'none'}`,
      'Share one cache between the machines (BIT_REPRO_CACHE), or remove the installation there so that it is fetched again.',
    );
  }
}

/**
 * Checks this project's kernels, which give different last bits than TensorFlow's ops, and may have been
 * compiled on one machine but not on the other.
 *
 * @param recorded SHA-256 by name, from the run's provenance.
 * @param computeCapability of the GPU; undefined without a GPU, or with a driver too old to report it.
 * @throws OutsideError if the kernels for the GPU are not those that the run was planned with.
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
  const describe = (digest: string | undefined): string =>
    digest === undefined ? 'none' : `SHA-256 ${digest}`;
  throw new OutsideError(
    `The run was planned with ${describe(expected)} for the kernels ${name}, but ${folder} has ${describe(found)}`,
    'Share one cache between the machines (BIT_REPRO_CACHE), or run `npx harness provision` on both and compare what it prints about kernels.',
  );
}
