import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { toJSONSchema } from 'zod';
import { describe, expect, it } from 'vitest';
import { InputError, workspaceRoot } from '@bit-repro/artifacts';
import { temporaryFile } from '@bit-repro/experiment/testing';
import { loadPlan, type Plan } from '@bit-repro/launch';
import { slurmPlugin } from '@bit-repro/slurm';
import { launcherSections } from '../src/launchers.ts';

const configs = join(workspaceRoot, 'configs');
const sections = await launcherSections();

const plannedOn = (config: string, profile = 'auto'): Promise<Plan> =>
  loadPlan(config, { profile, sections, launcher: slurmPlugin });

describe('on Slurm', () => {
  it('Figure 6 as shipped is refused, because nobody asked for a GPU or for the stand-in', async () => {
    const refusal = await plannedOn(join(configs, 'fig6.yaml')).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InputError);
    const { message, remedy } = refusal as InputError;
    expect(message).toMatch(/profile paper .* needs an NVIDIA GPU .* the cluster is asked for none/);
    expect(remedy).toMatch(/`gres` and `device`.*configs\/slurm-example\.yaml.*--profile embedded/);
  });

  it('the stand-in is planned if it is asked for', async () => {
    expect((await plannedOn(join(configs, 'fig6.yaml'), 'embedded')).planned).toHaveLength(20);
  });

  it('the section at the end of fig6.yaml selects the paper’s profile once it is uncommented', async () => {
    const text = readFileSync(join(configs, 'fig6.yaml'), 'utf8');
    const [before, section] = text.split(/^# (?=slurm:$)/m);
    const config = `${before!.replace('common/', `${configs}/common/`)}${section!.replaceAll(/^# /gm, '')}`;
    expect((await plannedOn(await temporaryFile(config))).profile).toBe('paper');
  });

  it('the example is planned with the paper’s profile', async () => {
    const { profile, planned } = await plannedOn(join(configs, 'slurm-example.yaml'));
    expect({ profile, runs: planned.length }).toEqual({ profile: 'paper', runs: 10 });
  });

  it('the example has every key of the section', () => {
    const { slurm } = parse(readFileSync(join(configs, 'slurm-example.yaml'), 'utf8')) as { slurm: object };
    const { properties = {} } = toJSONSchema(slurmPlugin.section.schema);
    expect(Object.keys(slurm).sort()).toEqual(Object.keys(properties).sort());
  });
});
