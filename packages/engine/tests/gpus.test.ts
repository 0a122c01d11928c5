import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutsideError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { readListing, visibleGpus } from '../src/gpus.ts';
import { askForGpus, detectGpus, freeGpuMemory, listGpus } from '../src/index.ts';

const two = [
  '0, GPU-aaaa-1, NVIDIA H100 80GB HBM3, 81559, 550.54.15, 9.0',
  '1, GPU-bbbb-2, Tesla M60, 8129, 455.32.00, 5.2',
].join('\n');

describe('readListing', () => {
  it('reads one GPU per line', () => {
    expect(readListing(two)).toMatchObject({ gpus: [{}, {}] });
    expect(readListing(two).gpus[0]).toEqual({
      index: 0,
      uuid: 'GPU-aaaa-1',
      name: 'NVIDIA H100 80GB HBM3',
      memoryBytes: 81559 * 2 ** 20,
      computeCapability: 9,
      driverVersion: '550.54.15',
    });
  });

  it.each([
    ['a driver that does not report the compute capability', '0, GPU-a, Tesla K80, 11441, 418.1', undefined],
    ['an N/A compute capability', '0, GPU-a, Tesla K80, 11441, 418.1, [N/A]', undefined],
    ['a compute capability', '0, GPU-a, A100, 40960, 550.1, 8.0', 8],
  ])('accepts %s', (_, line, capability) => {
    expect(readListing(line).gpus[0]?.computeCapability).toBe(capability);
  });

  it.each(['[N/A]', '[Insufficient Permissions]', '[Unknown Error]', ''])(
    'treats the memory %j as unknown, not as none',
    (memory) => {
      const { gpus } = readListing(`0, GPU-a, GB10, ${memory}, 580.1, 12.1`);
      expect(gpus).toHaveLength(1);
      expect(gpus[0]).not.toHaveProperty('memoryBytes');
    },
  );

  it.each([
    ['', {}],
    ['No devices were found', {}],
  ])('finds no GPU and no complaint in %j', (text, amiss) => {
    expect(readListing(text)).toEqual({ gpus: [], ...amiss });
  });

  it('keeps the first line that describes no GPU as the complaint', () => {
    const complaint = 'Unable to determine the device handle for GPU0000:81:00.0: Unknown Error';
    expect(readListing(`${two}\n${complaint}\nmore`)).toMatchObject({ gpus: [{}, {}], complaint });
  });
});

describe('visibleGpus', () => {
  const listing = readListing(two);

  it.each([
    [undefined, [0, 1]],
    ['1', [1]],
    ['1,0', [1, 0]],
    [' 1 , 0 ', [1, 0]],
    ['GPU-bbbb', [1]],
    ['0,-1,1', [0]],
  ])('with CUDA_VISIBLE_DEVICES %j leaves %j', (visible, indices) => {
    expect(visibleGpus(listing, visible)).toMatchObject(indices.map((index) => ({ index })));
  });

  it.each([
    ['0;1', '"0;1" is neither a number nor a UUID'],
    ['all', '"all" is neither a number nor a UUID'],
    ['0,0', '0 twice'],
    ['GPU-aaaa,0', '0 twice'],
    ['GPU-', 'GPU-, which several GPUs begin with'],
    ['MIG-1f2c', 'MIG-1f2c is a part of a GPU, which is not supported'],
    ['0,7', 'nvidia-smi lists 0 (GPU-aaaa-1), 1 (GPU-bbbb-2)'],
    ['GPU-cccc', 'nvidia-smi lists 0 (GPU-aaaa-1), 1 (GPU-bbbb-2)'],
  ])('reports a CUDA_VISIBLE_DEVICES of %j that names no clear GPUs', (visible, why) => {
    expect(visibleGpus(listing, visible)).toMatchObject({
      message: `Expected CUDA_VISIBLE_DEVICES to name GPUs, found "${visible}": ${why}`,
      remedy: expect.stringContaining('nvidia-smi -L') as string,
    });
  });

  const broken = { ...readListing(two.split('\n')[0]!), complaint: 'one is lost' };
  it('reports that the GPUs are unknown if nvidia-smi complains', () => {
    expect(visibleGpus(broken, undefined)).toBeInstanceOf(OutsideError);
  });

  it('keeps GPUs that are named and listed, whatever nvidia-smi complains about', () => {
    expect(visibleGpus(broken, 'GPU-aaaa-1')).toMatchObject([{ index: 0 }]);
  });

  it('includes the complaint if a named GPU is not listed', () => {
    expect(visibleGpus(broken, '1')).toMatchObject({
      message: expect.stringMatching(/lists 0 \(GPU-aaaa-1\), and reports that one is lost$/) as string,
    });
  });

  it('leaves none on a machine without GPUs, whatever is named', () => {
    expect(visibleGpus({ gpus: [] }, '0')).toEqual([]);
  });
});

describe('querying the GPUs', () => {
  const devices = mkdtempSync(join(tmpdir(), 'dev-'));
  const noDevices = { devices, environment: { PATH: '/nowhere' } };
  const asking = (script: string, more: NodeJS.ProcessEnv = {}): { environment: NodeJS.ProcessEnv } => {
    const folder = mkdtempSync(join(tmpdir(), 'nvidia-'));
    writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'nvidia-smi'), 0o755);
    return { environment: { PATH: `${folder}:/usr/bin:/bin`, ...more } };
  };
  const row = two.split('\n')[0]!;

  it('asks nvidia-smi', async () => {
    expect(await detectGpus(asking(`cat <<'X'\n${two}\nX`))).toHaveLength(2);
  });

  it('asks an old nvidia-smi without the compute capability', async () => {
    const script = `case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac\necho '0, GPU-a, Tesla M60, 8129, 418.1'`;
    expect(await detectGpus(asking(script))).toMatchObject([{ name: 'Tesla M60' }]);
  });

  it.each([
    ['there is no nvidia-smi and no device file of a GPU', noDevices],
    ['nvidia-smi finds none', asking(`echo 'No devices were found'; exit 6`)],
    ['they are hidden', asking('exit 9', { CUDA_VISIBLE_DEVICES: '' })],
    ['they are hidden by -1', asking('exit 9', { CUDA_VISIBLE_DEVICES: '-1' })],
    ['they are hidden by NoDevFiles', asking('exit 9', { CUDA_VISIBLE_DEVICES: 'NoDevFiles' })],
  ])('finds none if %s', async (_, options) => {
    expect(await askForGpus(options)).toEqual([]);
  });

  it.each([
    [
      'nvidia-smi does not reach the driver',
      asking(`echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9`),
      /the GPUs: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver$/,
    ],
    ['it fails silently', asking('exit 9'), /the GPUs: it exited with status 9$/],
    ['it is killed', asking('kill -9 $$'), /SIGKILL/],
    [
      'it does not answer',
      { ...asking('sleep 60'), timeoutMs: 200 },
      /the GPUs: it did not answer in 0\.2 s$/,
    ],
    [
      'it lists a GPU and complains about another',
      asking(
        `echo '${row}'; echo 'Unable to determine the device handle for GPU0000:81:00.0: Unknown Error'; exit 255`,
      ),
      /the GPUs: Unable to determine the device handle/,
    ],
  ])('returns an error if %s', async (_, options, message) => {
    expect(await askForGpus(options)).toMatchObject({
      message: expect.stringMatching(message) as string,
      remedy: expect.stringContaining('CUDA_VISIBLE_DEVICES') as string,
    });
    await expect(detectGpus(options)).rejects.toThrow(message);
  });

  it('returns an error if there is no nvidia-smi but a device file of a GPU', async () => {
    const withGpu = mkdtempSync(join(tmpdir(), 'dev-'));
    for (const name of ['nvidia-uvm', 'nvidia0']) writeFileSync(join(withGpu, name), '');
    expect(await askForGpus({ ...noDevices, devices: withGpu })).toMatchObject({
      message: expect.stringMatching(/it is not on the PATH, although \/dev contains nvidia0$/) as string,
    });
  });

  it('lists the available GPUs beside the complaint', async () => {
    expect(await listGpus(asking(`echo '${row}'; echo lost; exit 255`))).toMatchObject({
      gpus: [{ uuid: 'GPU-aaaa-1' }],
      complaint: 'lost',
    });
  });

  it.each([
    ['81000', 81000 * 2 ** 20],
    ['[N/A]', undefined],
  ])('takes free memory of %s for %s', async (free, bytes) => {
    const script = `case "$*" in *memory.free*) echo 'GPU-aaaa-1, ${free}';; *) echo '${row}';; esac`;
    expect(await freeGpuMemory(asking(script))).toBe(bytes);
  });
});
