import { mkdir, readFile, statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { execa } from 'execa';
import { cacheRoot } from '@bit-repro/artifacts';
import { detectGpus } from '@bit-repro/engine';
import { fine, wrong, type Finding } from './check.ts';

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
/** TensorFlow for the processor, CIFAR-10 and what unpacking them takes. */
const neededBytes = 2.5 * 1024 ** 3;
const toldFlags = ['avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'neon'];

/** Processor, memory, GPUs and disk. */
export async function examineMachine(): Promise<Finding[]> {
  return [
    fine('Node', `${process.versions.node} on ${process.platform}-${process.arch}`),
    await processor(),
    fine('Memory', gibibytes(totalmem())),
    await gpus(),
    await disk(),
  ];
}

async function processor(): Promise<Finding> {
  const all = cpus();
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const present = new Set(/^flags\s*:\s*(.*)$/m.exec(info)?.[1]?.split(' '));
  const flags = toldFlags.filter((flag) => present.has(flag));
  return fine(
    'Processor',
    `${all[0]?.model.trim() ?? 'unknown'}, ${all.length} cores${flags.length > 0 ? ` (${flags.join(' ')})` : ''}`,
  );
}

async function gpus(): Promise<Finding> {
  const found = await detectGpus();
  if (found.length === 0) return fine('GPUs', 'none by NVIDIA: the embedded profile runs here');
  const value = found
    .map(
      ({ name, memoryBytes, driverVersion, computeCapability }) =>
        `${name}, ${gibibytes(memoryBytes)}, driver ${driverVersion}, compute capability ${computeCapability ?? 'unknown'}`,
    )
    .join('; ');
  const unknown = found.some(
    ({ computeCapability }) =>
      computeCapability === undefined || computeCapability > 9 || computeCapability < 5,
  );
  return unknown
    ? wrong(
        'GPUs',
        value,
        'a GPU is not supported (compute capability 5.0 to 9.0 is)',
        'Choose others with CUDA_VISIBLE_DEVICES; without, the processor is used.',
      )
    : fine('GPUs', value);
}

async function disk(): Promise<Finding> {
  const folder = cacheRoot();
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const value = `${gibibytes(free)} free in ${folder}`;
    return free < neededBytes
      ? wrong(
          'Disk',
          value,
          `less than ${gibibytes(neededBytes)} is free`,
          'Free some space, or point BIT_REPRO_CACHE at a larger disk.',
        )
      : fine('Disk', value);
  } catch (error) {
    const summary = `the cache folder cannot be made (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    return wrong('Disk', folder, summary, 'Point BIT_REPRO_CACHE at a folder that can be written.', true);
  }
}

/** The programs that provisioning calls. */
export async function examineTools(): Promise<Finding[]> {
  const tools: [string, string, string[], string][] = [
    ['Python', 'python3', ['--version'], 'Install Python 3.'],
    [
      'pip',
      'python3',
      ['-m', 'pip', '--version'],
      'Install pip: `python3 -m ensurepip`, or your system’s python3-pip.',
    ],
    [
      'Compiler',
      process.env.CXX ?? 'c++',
      ['--version'],
      'Install a C++ compiler (Debian: `apt-get install g++`), or name one with CXX.',
    ],
    ['npm', 'npm', ['--version'], 'Install npm.'],
    ['git', 'git', ['--version'], 'Install git: without, runs do not record which commit made them.'],
  ];
  return Promise.all(
    tools.map(async ([label, file, args, remedy]) => {
      try {
        const { stdout } = await execa(file, args, { stdin: 'ignore', timeout: 20_000 });
        return fine(label, (stdout.split('\n')[0] ?? '').replace(/ from .*$/, ''));
      } catch {
        return wrong(label, 'none', `there is no ${label} (${[file, ...args].join(' ')})`, remedy);
      }
    }),
  );
}
