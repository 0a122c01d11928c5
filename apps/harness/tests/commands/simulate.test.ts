import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError, workspaceRoot } from '@bit-repro/artifacts';
import { simulate, type SimulateOptions } from '../../src/commands/simulate.ts';

const configs = join(workspaceRoot, 'configs');
const { signal } = new AbortController();

async function printed(config: string, options: Partial<SimulateOptions> = {}): Promise<string> {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  const all = { profile: 'paper', set: [], replications: 20, seed: 0, ...options };
  await simulate(join(configs, config), all, { print, signal });
  return lines.join('\n');
}

describe('the simulation of fig6’s rule', () => {
  let simulated: string;
  beforeAll(async () => {
    simulated = await printed('fig6.yaml', { replications: 20_000 });
  }, 120_000);

  it('is printed in docs/reproduction.md', () => {
    const page = readFileSync(join(workspaceRoot, 'docs/reproduction.md'), 'utf8');
    const [, block] = /```text\n(Figure 6, CIFAR-10[^]*?)\n```/.exec(page)!;
    expect(block).toBe(simulated);
  });
  it('errs at the margin in at most 0.06 of cases where runs are normal, in about 0.12 where skewed and of half the SD', () => {
    const errors = [...simulated.matchAll(/at most (\d\.\d+) of\s+cases.* in\s+(\d\.\d+)\s+where/g)];
    expect(errors).toHaveLength(2); // 1 and 5 shots
    for (const [, normal, skewed] of errors) {
      expect(Number(normal)).toBeLessThanOrEqual(0.06);
      expect(Number(skewed)).toBeCloseTo(0.12, 2);
    }
  });
  it('would err in about 0.09 of normal cases with 0.05 on each side', async () => {
    const text = await printed('fig6.yaml', { replications: 2000, set: ['verdict.alpha=0.05'] });
    const errors = [...text.matchAll(/at most (\d\.\d+)/g)].map(([, error]) => Number(error));
    expect(errors).toHaveLength(2);
    for (const error of errors) expect(Math.abs(error - 0.09)).toBeLessThan(0.02);
  });
  it('would find an exact replica in less than 1 % of normal cases within 3 points at 1 shot', async () => {
    const text = await printed('fig6.yaml', { replications: 2000, set: ['verdict.margins.0.points=3'] });
    const [, reproduced] = /margin ±3\n[^]*?\nno difference .* (\d\.\d+)\/\d\.\d+\n/.exec(text)!;
    expect(Number(reproduced)).toBeLessThan(0.01);
  });
  it('fits 80 columns', () => {
    for (const line of simulated.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });
});

describe('harness simulate', () => {
  it('says where no number of seeds is likely to show agreement', async () => {
    const text = await printed('fig6.yaml', { set: ['verdict.margins.0.points=3'] });
    expect(text.match(/No number of seeds.*±3,/g)).toHaveLength(1);
    expect(await printed('fig6.yaml')).not.toContain('No number of seeds');
  });
  it('names the network that stands for those of which nothing is published', async () => {
    expect(await printed('fig6.yaml', { profile: 'embedded' })).toMatch(
      /nothing is published of the networks of the profile embedded:.*BiT-M-R50x3/s,
    );
  });
  it('takes what is published on the data sets that have margins, where another network stands for those of the runs', async () => {
    const set = ['verdict.margins=[{dataset: ilsvrc2012, shots: 5, points: 1.7}]'];
    expect(await printed('fig6.yaml', { profile: 'embedded', set })).toMatch(
      /not simulated.*\n {2}BiT-M-R50x3, 5 shots, margin ±1\.7/s,
    );
  });
  it('lists the claims whose spread is not known, instead of simulating them', async () => {
    const text = await printed('fig6-full.yaml', { set: ['dataset=cifar10'] });
    expect(text).toContain('\nBiT-S-R50x3, 5 shots, margin ±3.7\n5 published runs');
    expect(text).toMatch(/not simulated.*\n {2}BiT-M-R50x1, 1 shot/s);
  });
  it('fits more looks into 80 columns by another table', async () => {
    const text = await printed('fig6.yaml', { set: ['verdict.looks=[2,5,10,20,40,80]'] });
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    expect(text).toMatch(/ 2 seeds .* 20 seeds$/m);
    expect(text).toMatch(/ 40 seeds {5}80 seeds$/m);
  });
  it('prints the same for the same seed, and other shares for another', async () => {
    expect(await printed('fig6.yaml')).toBe(await printed('fig6.yaml'));
    expect((await printed('fig6.yaml', { seed: 1 })).replace('seed 1', 'seed 0')).not.toBe(
      await printed('fig6.yaml'),
    );
  });
  it('rejects an experiment without a verdict', async () => {
    await expect(printed('smoke.yaml')).rejects.toThrow(InputError);
  });
  it('stops when it is interrupted', async () => {
    const reason = new Error('interrupted');
    const options = { profile: 'paper', set: [], replications: 20, seed: 0 };
    const context = { print: () => undefined, signal: AbortSignal.abort(reason) };
    await expect(simulate(join(configs, 'fig6.yaml'), options, context)).rejects.toBe(reason);
  });
});
