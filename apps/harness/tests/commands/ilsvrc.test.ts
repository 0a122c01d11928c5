import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
    const store = join(place, 'runs');
    const reports = ['--runs', store, '--reports', join(place, 'reports')];
    const harness = async (BIT_REPRO_ILSVRC2012: string, ...line: string[]): Promise<string> => {
      const { all } = await execa(
        process.execPath,
        [join(workspaceRoot, 'apps/harness/bin/harness.cjs'), ...line],
        { cwd: place, env: { BIT_REPRO_ILSVRC2012, XDG_RUNTIME_DIR: place }, stdin: 'ignore', all: true },
      );
      return all;
    };
    const report = join(place, 'reports', 'part', 'report');
    const first = await harness(archives, 'run', config, '--save-weights', ...reports);
    const run = join(
      store,
      readdirSync(store).find((name) => name.startsWith('mini-'))!,
    );
    const network = ['--model', 'mini', '--weights', join(run, 'weights.npz'), '--crop', '32'];
    return {
      folder: archives,
      page: `${report}.html`,
      config,
      first,
      again: await harness(folders, 'run', config, ...reports),
      checked: await harness(folders, 'verify', `${report}.html`, '--runs', store),
      report: readFileSync(`${report}.md`, 'utf8'),
      evaluated: await harness(archives, 'evaluate', ...network, '--dataset', 'ilsvrc2012'),
      asFolder: await harness('', 'evaluate', ...network, '--dataset', `folder:${folders}`),
      provisioned: await harness(archives, 'provision', 'ilsvrc2012'),
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
    expect(printed.report).toMatch(
      /\$BIT\\?_REPRO\\?_ILSVRC2012: 3 classes, 6 training images, 3 test images/,
    );
    expect(readFileSync(printed.page, 'utf8')).not.toContain(printed.folder);
    expect(printed.first).toContain(`names ${printed.config} (docs/run-store.md`);
    expect(printed.checked).toMatch(/^verified$/m);
  });

  it('leaves weights that score its validation images as the run did, in archives and as a folder', () => {
    const [, top1, loss] = /top-1 (\S+ %) {2}loss (\S+)/.exec(printed.first)!;
    const scores = `images 3\ntop-1  ${top1!}\nloss   ${loss!}`;
    expect(printed.evaluated).toMatch(/^Warning: .* has 3 of the 1,000 classes/);
    expect(printed.evaluated).toContain(scores);
    expect(printed.asFolder).toContain(scores);
  });

  it('has files that `provision` finds, and leaves where they are', () => {
    expect(printed.provisioned).toContain(
      `a part of ILSVRC-2012: 3 classes, 6 training images (at least 2 of each class), 3 test images, typically 12 x 9 px; they stay in ${printed.folder}`,
    );
  });
});
