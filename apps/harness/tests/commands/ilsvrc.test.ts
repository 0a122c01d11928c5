import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { fromNetwork } from '@bit-repro/artifacts/testing';
import { addDevkit, asArchives, asFolders, emptyFolder, madeIlsvrc, wnids } from '@bit-repro/data/testing';
import { provision } from '@bit-repro/engine';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const experiment = {
  name: 'part',
  title: 'A few classes of ILSVRC-2012',
  dataset: 'ilsvrc2012',
  shots: [2],
  seeds: [0],
  arms: [{ name: 'rule' }],
  profiles: {
    embedded: {
      model: 'mini',
      weights: 'random',
      batch: 4,
      schedule: { supports: [1, 2] },
      resize: 40,
      crop: 32,
    },
  },
};

/** What the commands printed on a part of the data set: a run on its archives, then on its folders, then a check. */
const printed = await fromNetwork(
  'TensorFlow',
  () => provision({ flavour: 'cpu' }),
  async () => {
    const place = emptyFolder();
    const images = await madeIlsvrc(wnids.slice(0, 3));
    const archives = asArchives(images);
    const folders = asFolders(images);
    for (const folder of [archives, folders]) addDevkit(folder, images);
    const config = join(place, 'part.yaml');
    mkdirSync(join(place, 'reports'));
    writeFileSync(config, JSON.stringify(experiment));
    const harness = async (BIT_REPRO_ILSVRC2012: string, ...line: string[]): Promise<string> => {
      const runs = ['--runs', join(place, 'runs')];
      const { all } = await execa(
        process.execPath,
        [join(workspaceRoot, 'apps/harness/bin/harness.cjs'), ...line, ...runs],
        { cwd: place, env: { BIT_REPRO_ILSVRC2012, XDG_RUNTIME_DIR: place }, stdin: 'ignore', all: true },
      );
      return all;
    };
    const report = join(place, 'reports', 'part', 'report');
    return {
      folder: archives,
      first: await harness(archives, 'run', config, '--reports', join(place, 'reports')),
      again: await harness(folders, 'run', config, '--reports', join(place, 'reports')),
      checked: await harness(folders, 'verify', `${report}.html`),
      report: readFileSync(`${report}.md`, 'utf8'),
    };
  },
);

describe('an experiment on ILSVRC-2012', () => {
  it('runs on its archives as they are, and says what part of it is there', () => {
    expect(printed.first).toContain(
      `Warning: ${printed.folder} has 3 of the 1,000 classes of ILSVRC-2012, 6 of the 1,281,167 training images and 3 of the 50,000 validation images`,
    );
    expect(printed.first).toContain('top-1');
  });

  it('has no further runs where the same images are unpacked', () => {
    expect(printed.again).toContain('runs    1, 1 already done');
  });

  it('has a report that calls its data a part, and that can be verified', () => {
    expect(printed.report).toContain('Top-1 accuracy on a part of ILSVRC-2012');
    expect(printed.report).toContain('3 classes, 6 training images, 3 test images');
    expect(printed.checked).toMatch(/^verified$/m);
  });
});
