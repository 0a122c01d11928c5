import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheRoot, ExplainedError, publishFolder } from '@bit-repro/artifacts';
import { maySkip } from '@bit-repro/artifacts/testing';
import { execa } from 'execa';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Wheel } from '../src/provision/releases.ts';
import { architectureOf, compileKernels } from '../src/provision/kernels.ts';
import { fetchFromWheels } from '../src/provision/wheelSource.ts';
import table from '../src/provision/wheels.json' with { type: 'json' };
import { emptyFolder, releaseOf } from './fakes.ts';

const isLinux = `${process.platform}-${process.arch}` === 'linux-x64';

/**
 * The NVRTC of a release, from the cache or fetched with the user's pip; or the error that explains why there
 * is none.
 */
async function nvrtcOf(tensorflow: string): Promise<string | ExplainedError> {
  const release = table.releases.find((one) => one.flavour === 'cuda' && one.tensorflow === tensorflow)!;
  const wheel: Wheel = release.wheels.find(({ name }) => name === 'nvidia-cuda-nvrtc-cu12')!;
  const folder = join(cacheRoot(), 'wheels', `nvrtc-${wheel.version}`);
  try {
    await publishFolder(folder, (staging) => fetchFromWheels(releaseOf([wheel]), staging, () => undefined));
    return join(folder, 'nvidia', 'cuda_nvrtc', 'lib', 'libnvrtc.so.12');
  } catch (error) {
    if (error instanceof ExplainedError && maySkip()) return error;
    throw error;
  }
}

/** The kernels that gpuOps.cc launches. */
const launched = [
  ...['statistics', 'parameterGradients'],
  ...[
    ...['normaliseWhole4x4', 'normaliseWhole4x16', 'gradientCoefficients', 'columnMeans'],
    ...[
      ...['sumMoments', 'normalise', 'sumGradients', 'inputGradient'],
      ...['standardise', 'sumProducts', 'standardiseGradient'],
    ].flatMap((name) => [`${name}1`, `${name}4`]),
  ].flatMap((name) => [name, `${name}Bfloat16`]),
];

describe.runIf(isLinux)('NVRTC', () => {
  it.for([
    ['2.15.1', 5.2],
    ['2.18.1', 7.0],
    ['2.18.1', 8.0],
    ['2.18.1', 9.0],
  ] as const)(
    'of TensorFlow %s compiles all kernels for compute capability %d',
    async ([tensorflow, capability], { skip }) => {
      const code = await compileWith(tensorflow, capability, skip);
      expect(code.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      for (const name of launched) expect(code.includes(`.text.${name}\0`), name).toBe(true);
    },
  );

  it('names the architectures it supports if the card has another', async ({ skip }) => {
    await expect(compileWith('2.18.1', 10.0, skip)).rejects.toMatchObject({
      message: expect.stringMatching(/^NVRTC 12\.5 compiles for sm_50, .*sm_90, not for sm_100$/) as string,
      remedy: expect.stringContaining('GPU of one of these') as string,
    });
  });

  it('is named if it is missing', async () => {
    const output = join(emptyFolder(), 'kernels.cubin');
    await expect(compileKernels('/nowhere/libnvrtc.so.12', 'sm_90', output)).rejects.toMatchObject({
      message: expect.stringMatching(/^NVRTC could not be loaded: \/nowhere\/libnvrtc\.so\.12: /) as string,
      remedy: expect.stringContaining('harness provision') as string,
    });
  });

  it('is recognised as too old by what it lacks', async () => {
    const folder = emptyFolder();
    const [source, library] = [join(folder, 'old.cc'), join(folder, 'libnvrtc.so.12')];
    writeFileSync(source, 'extern "C" int nvrtcVersion(int*, int*) { return 0; }\n');
    await execa('c++', ['-shared', '-fPIC', source, '-o', library]);
    await expect(compileKernels(library, 'sm_90', join(folder, 'kernels.cubin'))).rejects.toThrow(
      `NVRTC is too old: ${library} has no nvrtcGetErrorString`,
    );
  });
});

/** The code for a compute capability; skips the test if the release's NVRTC cannot be fetched. */
async function compileWith(
  tensorflow: string,
  capability: number,
  skip: TestContext['skip'],
): Promise<Buffer> {
  const nvrtc = await nvrtcOf(tensorflow);
  if (nvrtc instanceof ExplainedError) return skip(nvrtc.message);
  const output = join(emptyFolder(), 'kernels.cubin');
  await compileKernels(nvrtc, architectureOf(capability), output);
  expect(readdirSync(dirname(output))).toEqual(['kernels.cubin']);
  return readFileSync(output);
}
