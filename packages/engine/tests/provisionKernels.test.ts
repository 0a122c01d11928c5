import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Installation } from '../src/index.ts';
import { verifyInstallation } from '../src/provision/installation.ts';
import { provisionRelease } from '../src/provision/provision.ts';
import type { Release } from '../src/provision/releases.ts';
import { emptyFolder, fakePip, makeWheel, releaseOf, tensorflowMembers } from './fakes.ts';

describe('kernels for GPUs', () => {
  let cacheRoot: string;
  let release: Release;
  const said: string[] = [];
  const nvrtc = { 'nvidia/cuda_nvrtc/lib/libnvrtc.so.12': 'nvrtc' };

  beforeEach(async () => {
    cacheRoot = emptyFolder();
    const wheels = emptyFolder();
    release = releaseOf(
      [
        await makeWheel(wheels, 'tensorflow', tensorflowMembers),
        await makeWheel(wheels, 'nvidia-cuda-nvrtc-cu12', nvrtc),
      ],
      { flavour: 'cuda' },
    );
    fakePip(wheels);
    compilerWhose({ nvrtc: 'echo "code for $2" > "$3"' });
    said.length = 0;
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /**
   * A compiler whose program for NVRTC is the shell script `nvrtc`, and whose compilation of the stream
   * library runs `stream`.
   */
  function compilerWhose({ nvrtc: script, stream = 'true' }: { nvrtc: string; stream?: string }): void {
    const file = join(emptyFolder(), 'c++');
    const lines = [
      'for last; do :; done',
      'for one; do [ "$one" = -o ] && break; shift; done; output=${2:-$last}',
      `case "$output" in`,
      `*.compiler) printf '#!/bin/sh\\n%s\\n' '${script}' > "$output"; chmod +x "$output";;`,
      `*/stream.so) echo stream > "$output"; ${stream};;`,
      '*) echo addon > "$output";;',
      'esac',
    ];
    writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
    vi.stubEnv('CXX', file);
  }

  const install = (...capabilities: number[]): Promise<Installation> =>
    provisionRelease(release, {
      ...{ cacheRoot, sources: ['pip'], capabilities },
      onMessage: (line) => said.push(line),
    });
  const compiled = (): string[] => said.filter((line) => line.startsWith('Compiling the kernels'));

  it('are compiled once for each kind of card, and returned with the installation', async () => {
    const first = await install(8.6, 7.0, 8.6);
    expect(first.kernels.map((folder) => readdirSync(folder).sort())).toEqual(
      first.kernels.map(() => ['kernels.cubin', 'kernels.json', 'stream.so']),
    );
    expect(readFileSync(join(first.kernels[1]!, 'kernels.cubin'), 'utf8')).toBe('code for sm_86\n');
    expect(Object.keys(first.sha256)).toEqual(expect.arrayContaining(['sm_70.cubin', 'sm_86.cubin']));
    expect(await install(8.6)).toEqual(first);
    expect(compiled()).toEqual(['Compiling the kernels for sm_86', 'Compiling the kernels for sm_70']);
  });

  it('are compiled with the headers of TensorFlow, which are packed in one file', async () => {
    const { libraryFolder } = await install(7.0);
    expect(readdirSync(libraryFolder).sort()).toEqual([
      'headers.tgz',
      'include',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
  });

  it('are recompiled, with a message, if a byte of them changed', async () => {
    const { kernels, ...rest } = await install(9.0);
    appendFileSync(join(kernels[0]!, 'kernels.cubin'), 'x');
    expect(await verifyInstallation({ ...rest, kernels })).toEqual(['kernels.cubin']);
    await install(9.0);
    expect(compiled()).toHaveLength(2);
    expect(said.join('\n')).toMatch(/kernels\.cubin in .* was altered or removed; replacing it/);
  });

  it('are not compiled for the processor', async () => {
    release = { ...release, flavour: 'cpu' };
    expect((await install(9.0)).kernels).toEqual([]);
    expect(compiled()).toEqual([]);
  });

  it.each([
    [
      'NVRTC does not load',
      { nvrtc: 'echo "NVRTC could not be loaded: no such file" >&2; exit 2' },
      /^There are no kernels for sm_90; unless others fit, TensorFlow’s own ops are used\. NVRTC could not be loaded: no such file\. Remove /,
    ],
    [
      'NVRTC does not know the card',
      { nvrtc: 'echo "NVRTC 12.5 compiles for sm_50, not for sm_90" >&2; exit 3' },
      /not for sm_90\. Use a GPU of one of these/,
    ],
    ['NVRTC crashes', { nvrtc: 'kill -SEGV $$' }, /NVRTC ended with SIGSEGV/],
    [
      'the disk is full',
      { nvrtc: 'echo "kernels.cubin could not be written: No space left on device" >&2; exit 1' },
      /The disk is full: kernels\.cubin .* BIT_REPRO_CACHE/,
    ],
    [
      'the compiler refuses TensorFlow’s headers',
      { nvrtc: 'echo code > "$3"', stream: 'echo "x.h:1: error: C++20" >&2; exit 1' },
      /could not build the library that accesses TensorFlow’s stream: x\.h:1: error: C\+\+20/,
    ],
  ])('are left out, with a message, if %s', async (_, fakes, message) => {
    compilerWhose(fakes);
    const { kernels, folder } = await install(9.0);
    expect(kernels).toEqual([]);
    expect(said.at(-1)).toMatch(message);
    expect(readdirSync(folder).filter((name) => name.includes('kernels'))).toEqual([]);
  });

  it('are left out, with a message, if NVRTC is not in the cache', async () => {
    const { folder } = await install();
    const record = join(folder, 'installation.json');
    const { files, ...rest } = JSON.parse(readFileSync(record, 'utf8')) as { files: object };
    const others = Object.entries(files).filter(([path]) => !path.includes('nvrtc'));
    writeFileSync(record, JSON.stringify({ ...rest, files: Object.fromEntries(others) }));
    expect((await install(9.0)).kernels).toEqual([]);
    expect(said.at(-1)).toContain(`There is no NVRTC in ${folder}`);
  });
});
