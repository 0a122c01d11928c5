import { basename } from 'node:path';
import { ExplainedError, inBytes, fine, wrong, type Finding } from '@bit-repro/artifacts';
import { diagnose, fusedOps, loadEngine, type EngineDiagnosis } from '@bit-repro/engine';

/**
 * The machine, the tools that provisioning needs, and TensorFlow: in the cache, loaded, and whether its
 * sources answer.
 */
export async function examineEngine(): Promise<Finding[]> {
  const diagnosis = await diagnose();
  const { node, platform, processor, memoryBytes, release, tools, cache } = diagnosis;
  const features = processor.features.length > 0 ? ` (${processor.features.join(' ')})` : '';
  const free = cache.freeBytes === undefined ? 'unknown' : inBytes(cache.freeBytes);
  return [
    fine('Node', `${node} on ${platform}`),
    fine('Processor', `${processor.model}, ${processor.cores} cores${features}`),
    fine('Memory', inBytes(memoryBytes)),
    fine('GPUs', describeGpus(diagnosis)),
    fine('Cache', `${cache.folder}, ${free} free`),
    ...tools.map(({ name, version }) => fine(name, version ?? 'none')),
    fine(
      'Engine',
      release === undefined ? 'none' : `TensorFlow ${release.tensorflowVersion} (${release.flavour}) fits`,
    ),
    ...describeInstallations(diagnosis),
    fine('Fetched from', describeSources(diagnosis)),
    ...diagnosis.problems.map(({ summary, remedy, fatal }) =>
      wrong('Problem', summary, summary, remedy, fatal),
    ),
  ];
}

function describeGpus({ gpus }: EngineDiagnosis): string {
  if (gpus.length === 0) return 'no usable NVIDIA GPU';
  return gpus
    .map(
      ({ name, memoryBytes, driverVersion, computeCapability }) =>
        `${name}, ${memoryBytes === undefined ? 'memory unknown' : inBytes(memoryBytes)}, driver ${driverVersion}, compute capability ${computeCapability ?? 'unknown'}`,
    )
    .join('; ');
}

function describeInstallations({ installations, release, problems }: EngineDiagnosis): Finding[] {
  if (installations === undefined) return [fine('TensorFlow', 'the cache cannot be read')];
  if (installations.length === 0) return [fine('TensorFlow', 'not fetched yet: `npx harness provision`')];
  return installations.map(({ installation, bytes, altered = [] }) => {
    const { tensorflowVersion, flavour, source } = installation;
    const name = `${tensorflowVersion} (${flavour}, from ${source}, ${inBytes(bytes)})`;
    const isUnsound = problems.some(({ fatal }) => fatal);
    // Only the current release is loaded; earlier ones may still be in the cache.
    const isUsed =
      release !== undefined &&
      basename(installation.folder).startsWith(`${release.flavour}-${release.tensorflowVersion}-`);
    if (isUnsound || altered.length > 0 || !isUsed) return fine('TensorFlow', name);
    try {
      const { tf, version } = loadEngine(installation);
      const kernels = fusedOps(tf) === undefined ? ', without this project’s kernels' : '';
      return fine('TensorFlow', `${name}: checksums match, ${version} loads${kernels}`);
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw error;
      return wrong('TensorFlow', name, error.message, error.remedy, true);
    }
  });
}

function describeSources({ sources }: EngineDiagnosis): string {
  const says = new Map([
    [true, 'answers'],
    [false, 'does not answer'],
    [undefined, 'cannot be checked'],
  ]);
  return sources.map(({ name, reachable }) => `${name} ${says.get(reachable) ?? ''}`).join(', ') || 'nowhere';
}
