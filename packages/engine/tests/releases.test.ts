import { describe, expect, it } from 'vitest';
import type { Gpu } from '../src/index.ts';
import { chooseRelease } from '../src/provision/releases.ts';

const gpu = (computeCapability?: number, driverVersion = '550.54.15'): Gpu => ({
  index: 0,
  uuid: 'GPU-a',
  name: 'a GPU',
  memoryBytes: 8e9,
  driverVersion,
  ...(computeCapability === undefined ? {} : { computeCapability }),
});

describe('chooseRelease', () => {
  it.each([
    ['no GPU', [], 'cpu', '2.18.1'],
    ['a Tesla M60', [gpu(5.2)], 'cuda', '2.15.1'],
    ['a P100', [gpu(6)], 'cuda', '2.18.1'],
    ['two H100', [gpu(9), gpu(9)], 'cuda', '2.18.1'],
    ['a Kepler GPU', [gpu(3.7)], 'cpu', '2.18.1'],
    ['a Blackwell GPU', [gpu(12)], 'cpu', '2.18.1'],
    ['a driver that does not report the compute capability', [gpu(undefined, '418.1')], 'cpu', '2.18.1'],
    ['generations that no single release supports', [gpu(5.2), gpu(9)], 'cpu', '2.18.1'],
    ['a branch of the driver that is just new enough', [gpu(8, '525.60.13')], 'cuda', '2.18.1'],
    ['a late driver of that branch', [gpu(8, '525.105.17')], 'cuda', '2.18.1'],
    ['a driver that is too old', [gpu(8, '470.256.02')], 'cpu', '2.18.1'],
    ['a driver that cannot translate for Hopper', [gpu(9, '535.183.01')], 'cpu', '2.18.1'],
  ])('chooses for %s', (_, gpus, flavour, tensorflow) => {
    expect(chooseRelease(gpus, {}, 'linux-x64').release).toMatchObject({ flavour, tensorflow });
  });

  it.each([
    ['none', [], /found none/, /Install the NVIDIA driver/],
    [
      'one too new',
      [gpu(12)],
      /5\.0 to 9\.0, found a GPU of compute capability 12\.0/,
      /CUDA_VISIBLE_DEVICES/,
    ],
    ['one too old', [gpu(3.5)], /capability 3\.5/, /flavour cpu/],
    ['an old driver', [gpu(7, '470.1')], /driver 470\.1, older than 525/, /driver 525 or newer/],
    ['an old driver on Hopper', [gpu(9, '535.1')], /older than 545/, /driver 545 or newer/],
    ['an old driver on Maxwell', [gpu(5.2, '470.1')], /older than 525/, /driver 525 or newer/],
    [
      'a driver that does not report the compute capability',
      [gpu(undefined, '418.1')],
      /too old to report/,
      /driver 525/,
    ],
    ['no driver version', [gpu(7, '')], /driver unknown/, /driver 525/],
    ['two generations', [gpu(5.2), gpu(9)], /one release/, /Leave one generation/],
  ])('says why cuda is impossible with %s', (_, gpus, message, remedy) => {
    expect(() => chooseRelease(gpus, { flavour: 'cuda' }, 'linux-x64')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message) as string,
        remedy: expect.stringMatching(remedy) as string,
      }) as Error,
    );
  });

  it('says why existing GPUs are not used', () => {
    const { release, refusal } = chooseRelease([gpu(12)], {}, 'linux-x64');
    expect(release.flavour).toBe('cpu');
    expect(refusal?.message).toContain('12.0');
  });

  it.each([
    ['no GPU', [], {}],
    ['the processor requested', [gpu(12)], { flavour: 'cpu' }],
    ['a GPU that can run a release', [gpu(8)], {}],
  ] as const)('gives no reason with %s', (_, gpus, demand) => {
    expect(chooseRelease(gpus, demand, 'linux-x64').refusal).toBeUndefined();
  });

  it.each([
    [5.2, '2.15.1'],
    [9, '2.18.1'],
  ])(
    'chooses for GPUs elsewhere of capability %s without examining this machine',
    (computeCapability, tensorflow) => {
      const { release } = chooseRelease([], { flavour: 'cuda', computeCapability }, 'linux-x64');
      expect(release).toMatchObject({ flavour: 'cuda', tensorflow });
    },
  );

  it('says which GPUs elsewhere are supported if none of them is', () => {
    const demand = { flavour: 'cuda', computeCapability: 12 } as const;
    expect(() => chooseRelease([gpu(8)], demand, 'linux-x64')).toThrow('5.0 to 9.0, found 12.0');
    expect(() => chooseRelease([], demand, 'linux-arm64')).toThrow('GPUs are supported on linux-x64 only');
  });

  it('chooses GPUs only on linux-x64', () => {
    expect(() => chooseRelease([gpu(9)], { flavour: 'cuda' }, 'linux-arm64')).toThrow(
      'GPUs are supported on linux-x64 only',
    );
    expect(chooseRelease([gpu(9)], {}, 'linux-arm64').release.flavour).toBe('cpu');
  });

  it.each([
    ['win32-x64', /WSL2/],
    ['darwin-x64', /one of these platforms/],
  ])('rejects %s', (platform, remedy) => {
    expect(() => chooseRelease([], {}, platform)).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(remedy) as string }) as Error,
    );
  });
});
