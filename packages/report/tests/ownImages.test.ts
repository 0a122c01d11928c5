import { describe, expect, it } from 'vitest';
import { renderReport } from '../src/renderReport.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { madeUpInput } from '../testing/sample.ts';

/** A report on a folder of images, some of which are in both training and test set. */
async function onFolder(inBoth: number): Promise<ReportInput> {
  const { target: _, ...input } = await madeUpInput('smoke', 'embedded', () => 4200);
  const { target: __, ...experiment } = input.experiment;
  const folder = {
    folder: 'photos',
    title: 'photos',
    classes: ['cat', 'dog', 'eel'],
    trainingImages: 30,
    smallestClass: 10,
    testImages: 60,
    imageSize: { height: 30, width: 40 },
  };
  const { classes, ...facts } = folder;
  const brief = { ...facts, classCount: classes.length };
  return {
    ...input,
    experiment: { ...experiment, datasets: [folder] },
    planned: input.planned.map((run) => ({ ...run, dataset: brief })),
    records: input.records.map((record) => ({
      ...record,
      spec: { ...record.spec, dataset: { ...brief, manifest: 'a'.repeat(64), inBoth } },
    })),
  };
}

const markdown = async (inBoth: number): Promise<string> =>
  String((await renderReport(await onFolder(inBoth))).files.get('report.md'));

describe('a report on a folder of images', () => {
  it('names the folder, and what identifies its images', async () => {
    const page = await markdown(0);
    expect(page).toContain(
      'photos: 3 classes, 30 training images, 60 test images, SHA-256 of the list of their SHA-256 aaaa',
    );
    expect(page).not.toContain('Tested on training images');
  });

  it.each([
    [1, '1 test image of 60 is a training image, too. The accuracies count it,'],
    [3, '3 test images of 60 are training images, too. The accuracies count them,'],
  ])('warns at its top of %d test images that are training images, too', async (inBoth, words) => {
    expect(await markdown(inBoth)).toContain(words);
  });
});
