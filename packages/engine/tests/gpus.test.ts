import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseGpus, visibleGpus } from '../src/gpus.ts';
import { detectGpus } from '../src/index.ts';

const two = [
  '0, GPU-aaaa-1, NVIDIA H100 80GB HBM3, 81559, 550.54.15, 9.0',
  '1, GPU-bbbb-2, Tesla M60, 8129, 455.32.00, 5.2',
].join('\n');

describe('parseGpus', () => {
  it('reads one GPU a line', () => {
    expect(parseGpus(two)[0]).toEqual({
      index: 0,
      uuid: 'GPU-aaaa-1',
      name: 'NVIDIA H100 80GB HBM3',
      memoryBytes: 81559 * 2 ** 20,
      computeCapability: 9,
      driverVersion: '550.54.15',
    });
  });

  it.each([
    ['a driver that does not tell the compute capability', '0, GPU-a, Tesla K80, 11441, 418.1', undefined],
    ['an N/A compute capability', '0, GPU-a, Tesla K80, 11441, 418.1, [N/A]', undefined],
    ['a compute capability', '0, GPU-a, A100, 40960, 550.1, 8.0', 8],
  ])('takes %s', (_, line, capability) => {
    expect(parseGpus(line)[0]?.computeCapability).toBe(capability);
  });

  it('takes memory that is not available for none', () => {
    expect(parseGpus('0, GPU-a, GB10, [N/A], 580.1, 12.1')[0]?.memoryBytes).toBe(0);
  });

  it.each([
    '',
    'No devices were found',
    'NVIDIA-SMI has failed because it could not communicate with the driver.',
  ])('finds none in "%s"', (text) => {
    expect(parseGpus(text)).toEqual([]);
  });
});

describe('visibleGpus', () => {
  it.each([
    [undefined, [0, 1]],
    ['', []],
    ['-1', []],
    ['1', [1]],
    ['1,0', [1, 0]],
    ['GPU-bbbb', [1]],
    ['0,7,1', [0]],
  ])('with CUDA_VISIBLE_DEVICES %j leaves %j', (visible, indices) => {
    expect(visibleGpus(parseGpus(two), visible).map((gpu) => gpu.index)).toEqual(indices);
  });
});

describe('detectGpus', () => {
  const withNvidiaSmi = (script: string): NodeJS.ProcessEnv => {
    const folder = mkdtempSync(join(tmpdir(), 'nvidia-'));
    writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'nvidia-smi'), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin` };
  };

  it('asks nvidia-smi', async () => {
    expect(await detectGpus(withNvidiaSmi(`cat <<'X'\n${two}\nX`))).toHaveLength(2);
  });

  it('asks an old nvidia-smi without the compute capability', async () => {
    const script = `case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac\necho '0, GPU-a, Tesla M60, 8129, 418.1'`;
    expect(await detectGpus(withNvidiaSmi(script))).toMatchObject([{ name: 'Tesla M60' }]);
  });

  it.each([
    ['there is no nvidia-smi', { PATH: '/nowhere' }],
    ['nvidia-smi fails', withNvidiaSmi('exit 9')],
  ])('finds none when %s', async (_, environment) => {
    expect(await detectGpus(environment)).toEqual([]);
  });
});
