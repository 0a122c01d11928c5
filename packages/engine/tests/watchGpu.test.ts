import { describe, expect, it } from 'vitest';
import { parseGpuSample } from '../src/watchGpu.ts';

describe('a line of nvidia-smi', () => {
  it.each([
    [
      '512, 97, 287.35, 61',
      { memoryBytes: 512 * 1024 ** 2, utilisation: 97, powerWatts: 287.35, temperatureCelsius: 61 },
    ],
    ['512, [N/A], [Not Supported], 61', { memoryBytes: 512 * 1024 ** 2, temperatureCelsius: 61 }],
    ['0, 0, 0.00, 0', { memoryBytes: 0, utilisation: 0, powerWatts: 0, temperatureCelsius: 0 }],
    ['Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.', undefined],
    ['', undefined],
  ])('is parsed: %s', (line, sample) => {
    expect(parseGpuSample(line)).toEqual(sample);
  });
});
