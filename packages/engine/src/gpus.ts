import { execa } from 'execa';

/** An NVIDIA GPU that this process may use. */
export interface Gpu {
  /** Position in nvidia-smi's list. */
  index: number;
  /** Stable name, `GPU-…`, by which CUDA_VISIBLE_DEVICES can pick it. */
  uuid: string;
  name: string;
  memoryBytes: number;
  /** For example 9.0; absent where the driver is too old to tell. */
  computeCapability?: number;
  driverVersion: string;
}

const mebibyte = 1024 ** 2;
const query = 'index,uuid,name,memory.total,driver_version,compute_cap';

/**
 * The NVIDIA GPUs that nvidia-smi lists and CUDA_VISIBLE_DEVICES leaves visible; none where there is no nvidia-smi.
 */
export async function detectGpus(environment: NodeJS.ProcessEnv = process.env): Promise<Gpu[]> {
  return visibleGpus(
    parseGpus((await askNvidiaSmi(query, environment)) ?? ''),
    environment.CUDA_VISIBLE_DEVICES,
  );
}

/** Free memory, in bytes, of the first GPU that this process may use, by nvidia-smi; nothing where it cannot tell. */
export async function freeGpuMemory(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number | undefined> {
  const [gpu] = await detectGpus(environment);
  const csv = gpu && (await askNvidiaSmi('uuid,memory.free', environment));
  const line = csv?.split('\n').find((one) => one.startsWith(gpu!.uuid));
  const mebibytes = Number(line?.split(',')[1]);
  return Number.isFinite(mebibytes) ? mebibytes * mebibyte : undefined;
}

async function askNvidiaSmi(fields: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ask = (asked: string): Promise<string> =>
    execa('nvidia-smi', [`--query-gpu=${asked}`, '--format=csv,noheader,nounits'], {
      env: environment,
      extendEnv: false,
      stdin: 'ignore',
      timeout: 20_000,
    }).then(({ stdout }) => stdout);
  try {
    return await ask(fields);
  } catch {
    // Drivers before 460 do not know compute_cap and refuse the whole query.
    return ask(fields.replace(',compute_cap', '')).catch(() => undefined);
  }
}

/** Reads nvidia-smi's CSV; lines that do not describe a GPU are passed over. */
export function parseGpus(csv: string): Gpu[] {
  return csv.split('\n').flatMap((line) => {
    const [index, uuid, name, memory, driverVersion, capability] = line
      .split(',')
      .map((field) => field.trim());
    if (!/^\d+$/.test(index ?? '') || uuid === undefined || name === undefined) return [];
    const computeCapability = Number(capability);
    return [
      {
        index: Number(index),
        uuid,
        name,
        memoryBytes: (Number(memory) || 0) * mebibyte,
        driverVersion: driverVersion ?? '',
        ...(capability !== undefined && Number.isFinite(computeCapability) ? { computeCapability } : {}),
      },
    ];
  });
}

/** The GPUs that a CUDA_VISIBLE_DEVICES value names, in its order; like CUDA, it stops at the first unknown one. */
export function visibleGpus(gpus: readonly Gpu[], visible: string | undefined): Gpu[] {
  if (visible === undefined) return [...gpus];
  const chosen: Gpu[] = [];
  for (const name of visible.split(',').map((entry) => entry.trim())) {
    const gpu = /^\d+$/.test(name)
      ? gpus.find(({ index }) => index === Number(name))
      : gpus.find(({ uuid }) => name !== '' && uuid.startsWith(name));
    if (gpu === undefined) break;
    chosen.push(gpu);
  }
  return chosen;
}
