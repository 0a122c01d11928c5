import { readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { ExplainedError, InputError, OutsideError } from '@bit-repro/artifacts';
import { execa, ExecaError } from 'execa';

/** An NVIDIA GPU that this process may use. */
export interface Gpu {
  /** Position in nvidia-smi's list. */
  index: number;
  /** Stable name, `GPU-…`, which CUDA_VISIBLE_DEVICES accepts. */
  uuid: string;
  name: string;
  /**
   * Absent where nvidia-smi does not report it: the GPU shares the machine's memory, or permission is
   * lacking.
   */
  memoryBytes?: number;
  /** For example 9.0; absent where the driver is too old to report it. */
  computeCapability?: number;
  driverVersion: string;
}

/** What nvidia-smi reports about all GPUs of this machine, whether or not this process may use them. */
export interface GpuListing {
  gpus: Gpu[];
  /** An error it reports as well; there may then be other GPUs. */
  complaint?: string;
}

export interface AskingOptions {
  environment?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  /** The folder of the GPUs' device files. */
  devices?: string;
}

const mebibyte = 1024 ** 2;
const query = 'index,uuid,name,memory.total,driver_version,compute_cap';
/** Without its persistence daemon, the driver initialises each GPU for the query. */
const defaultTimeoutMs = 20_000;

/**
 * The NVIDIA GPUs that nvidia-smi lists and CUDA_VISIBLE_DEVICES leaves visible.
 *
 * @throws ExplainedError as `askForGpus` returns it.
 */
export async function detectGpus(options: AskingOptions = {}): Promise<Gpu[]> {
  const answer = await askForGpus(options);
  if (answer instanceof ExplainedError) throw answer;
  return answer;
}

/**
 * The NVIDIA GPUs that nvidia-smi lists and CUDA_VISIBLE_DEVICES leaves visible; or, as opposed to an empty
 * list, the error that explains why they cannot be determined.
 */
export async function askForGpus(options: AskingOptions = {}): Promise<Gpu[] | ExplainedError> {
  const visible = (options.environment ?? process.env).CUDA_VISIBLE_DEVICES;
  if (visible !== undefined && hidesAll.test(visible.trim())) return [];
  return visibleGpus(await listGpus(options), visible);
}

/** The values that containers and schedulers write for no GPU at all. */
const hidesAll = /^(?:-1\b.*|none|void|NoDevFiles)?$/i;

/**
 * Free memory, in bytes, of the first GPU that this process may use, as nvidia-smi reports it; nothing when
 * unknown.
 */
export async function freeGpuMemory(options: AskingOptions = {}): Promise<number | undefined> {
  const answer = await askForGpus(options);
  const [gpu] = answer instanceof ExplainedError ? [] : answer;
  if (gpu === undefined) return undefined;
  const csv = await askNvidiaSmi('uuid,memory.free', options).catch(() => '');
  const line = csv.split('\n').find((one) => one.startsWith(gpu.uuid));
  return inBytes(line?.split(',')[1]);
}

/** Asks nvidia-smi for all GPUs. Without nvidia-smi and without a GPU's device file, there are none. */
export async function listGpus(options: AskingOptions = {}): Promise<GpuListing> {
  try {
    return readListing(await askNvidiaSmi(query, options));
  } catch (error) {
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    if (error instanceof NoAnswer)
      return { gpus: [], complaint: `it did not answer in ${timeoutMs / 1000} s` };
    if (!(error instanceof ExecaError)) throw error;
    const { code, exitCode, stdout, stderr, shortMessage } = error;
    const said = `${String(stdout)}\n${String(stderr)}`;
    if (code === 'ENOENT') {
      const files = await readdir(options.devices ?? '/dev').catch((): string[] => []);
      const file = files.find((name) => /^nvidia\d+$/.test(name));
      return {
        gpus: [],
        ...(file && { complaint: `it is not on the PATH, although /dev contains ${file}` }),
      };
    }
    const { gpus, complaint } = readListing(said);
    if (gpus.length === 0 && said.includes(noDevices)) return { gpus };
    return {
      gpus,
      complaint: complaint ?? (exitCode === undefined ? shortMessage : `it exited with status ${exitCode}`),
    };
  }
}

/** nvidia-smi did not answer in time. */
class NoAnswer extends Error {}

async function askNvidiaSmi(
  fields: string,
  { environment = process.env, timeoutMs = defaultTimeoutMs }: AskingOptions,
): Promise<string> {
  const ask = async (asked: string): Promise<string> => {
    const asking = execa('nvidia-smi', [`--query-gpu=${asked}`, '--format=csv,noheader,nounits'], {
      env: { ...environment, LC_ALL: 'C' },
      extendEnv: false,
      stdin: 'ignore',
    });
    const answered = new AbortController();
    // A process that hangs in the driver cannot be killed, so its end is not awaited.
    const late = setTimeout(timeoutMs, undefined, { signal: answered.signal }).then(() => {
      asking.kill('SIGKILL');
      asking.stdout.destroy();
      asking.stderr.destroy();
      asking.unref();
      throw new NoAnswer();
    });
    try {
      return (await Promise.race([asking, late])).stdout;
    } finally {
      answered.abort();
      late.catch(() => undefined);
      asking.catch(() => undefined);
    }
  };
  try {
    return await ask(fields);
  } catch (error) {
    // Drivers before 460 do not know compute_cap and reject the whole query.
    if (
      error instanceof ExecaError &&
      `${String(error.stdout)}${String(error.stderr)}`.includes('compute_cap')
    )
      return ask(fields.replace(',compute_cap', ''));
    throw error;
  }
}

const noDevices = 'No devices were found';

/** Parses nvidia-smi's CSV; the first line that describes no GPU is its complaint. */
export function readListing(csv: string): GpuListing {
  const gpus: Gpu[] = [];
  let complaint: string | undefined;
  for (const line of csv.split('\n').map((one) => one.trim())) {
    const [index = '', uuid, name, memory, driverVersion, capability] = line
      .split(',')
      .map((field) => field.trim());
    if (!/^\d+$/.test(index) || uuid === undefined || name === undefined) {
      if (line !== '' && line !== noDevices) complaint ??= line.replace(/\.+$/, '');
      continue;
    }
    const memoryBytes = inBytes(memory);
    const computeCapability = Number(capability);
    gpus.push({
      index: Number(index),
      uuid,
      name,
      ...(memoryBytes !== undefined && { memoryBytes }),
      driverVersion: driverVersion ?? '',
      ...(capability !== undefined && Number.isFinite(computeCapability) && { computeCapability }),
    });
  }
  return { gpus, ...(complaint !== undefined && { complaint }) };
}

/** Converts a number of mebibytes; nothing for `[N/A]`, `[Insufficient Permissions]` and the like. */
function inBytes(mebibytes: string | undefined): number | undefined {
  const text = mebibytes?.trim() ?? '';
  return /^\d+$/.test(text) && Number(text) > 0 ? Number(text) * mebibyte : undefined;
}

/**
 * The GPUs that a CUDA_VISIBLE_DEVICES value names, in its order; or the error that explains why they are
 * unclear.
 */
export function visibleGpus(
  { gpus, complaint }: GpuListing,
  visible: string | undefined,
): Gpu[] | ExplainedError {
  if (visible === undefined) {
    return complaint === undefined
      ? gpus
      : new OutsideError(
          `nvidia-smi cannot list the GPUs: ${complaint}`,
          'Repair the driver, or name the GPUs to use by UUID in CUDA_VISIBLE_DEVICES; set it empty to hide all GPUs.',
        );
  }
  if (gpus.length === 0 && complaint === undefined) return [];
  const chosen: Gpu[] = [];
  for (const name of visible.split(',').map((entry) => entry.trim())) {
    // Everything after it is hidden.
    if (name === '-1') break;
    const named = /^\d+$/.test(name)
      ? gpus.filter(({ index }) => index === Number(name))
      : gpus.filter(({ uuid }) => name.startsWith('GPU-') && uuid.startsWith(name));
    const [gpu, another] = named;
    const problem =
      gpu === undefined
        ? whyUnknown(name, gpus, complaint)
        : another !== undefined
          ? `${name}, which several GPUs begin with`
          : chosen.includes(gpu)
            ? `${name} twice`
            : undefined;
    if (problem !== undefined) {
      return new InputError(
        `Expected CUDA_VISIBLE_DEVICES to name GPUs, found ${JSON.stringify(visible)}: ${problem}`,
        'Write numbers or UUIDs from `nvidia-smi -L` separated by commas; unset it for all GPUs, or set it empty for none.',
      );
    }
    chosen.push(gpu!);
  }
  return chosen;
}

function whyUnknown(name: string, gpus: readonly Gpu[], complaint: string | undefined): string {
  if (name.startsWith('MIG-')) return `${name} is a part of a GPU, which is not supported`;
  if (!/^(?:\d+|GPU-.*)$/.test(name)) return `${JSON.stringify(name)} is neither a number nor a UUID`;
  const listed = gpus.map(({ index, uuid }) => `${index} (${uuid})`).join(', ') || 'none';
  return `nvidia-smi lists ${listed}${complaint === undefined ? '' : `, and reports that ${complaint}`}`;
}
