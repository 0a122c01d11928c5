// Puts TensorFlow for GPUs of one compute capability into a cache folder of its own, made small enough to be carried:
//   node --import tsx tools/gpu/src/leanEngine.ts CACHE 9.0 [--with-cuda]
// The GPU code of other capabilities is blanked and symbols are removed; what is left is recorded as what it is, so that
// `provision` on the other machine finds it whole. CUDA's libraries are left to the machine, but for libcudart, or pruned likewise.
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provision, recordInstallation } from '@bit-repro/engine';
import { execa } from 'execa';

const [cache, capability, withCuda] = process.argv.slice(2) as [string, string, string | undefined];
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const installation = await provision({ computeCapability: Number(capability), onMessage: say });
const target = join(cache, 'engine', basename(installation.folder));
const copy = (path: string): Promise<void> =>
  cp(join(installation.folder, path), join(target, path), { recursive: true, verbatimSymlinks: true });

await mkdir(target, { recursive: true });
await copy('tensorflow');
await copy(withCuda === undefined ? 'nvidia/cuda_runtime/lib/libcudart.so.12' : 'nvidia');

const inTarget = (await readdir(target, { recursive: true })).map((path) => join(target, path));
const libraries = inTarget.filter((path) => /\/lib[^/]+\.so[.\d]*$/.test(path));
const tensorflow = libraries.filter((path) => dirname(path).endsWith('/tensorflow'));
const cuda = libraries.filter((path) => /\/lib(cublas|cudnn|cufft|cusolver|cusparse|curand|nccl)/.test(path));
await execa('chmod', ['-R', 'u+w', target]);
const prune = async (options: string[], files: string[]): Promise<void> => {
  if (files.length === 0) return;
  const script = fileURLToPath(new URL('../prune_gpu_code.py', import.meta.url));
  const { stdout } = await execa('python3', [script, capability.replace('.', ''), ...options, ...files]);
  say(stdout);
};
await prune([], tensorflow);
await prune(['--no-ptx'], cuda);
await execa('strip', ['--strip-unneeded', ...tensorflow]);

const { tensorflowVersion, source } = installation;
await recordInstallation(target, { tensorflowVersion, source });
// The addon has a record of its own, made when it was compiled.
await copy(basename(dirname(installation.bindingFile)));
