import { predictionsIn, type RunExtras } from '../src/runExtras.ts';
import type { Predictions } from '@bit-repro/metrics';
import { beforeAll, describe, expect, it } from 'vitest';
import { derive } from '../src/derivation.ts';
import { groupConfusion, type GroupConfusion } from '../src/groupConfusion.ts';
import { Ledger } from '../src/ledger.ts';
import { buildReport } from '../src/reportData.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { renderReport } from '../src/renderReport.ts';
import { likeThePaper, madeUpInput, withPredictions } from '../testing/sample.ts';

const heading = 'What the networks get wrong';

let input: ReturnType<typeof withPredictions>;
beforeAll(async () => {
  input = withPredictions(await madeUpInput('fig6', 'paper', likeThePaper));
});

/** The page and the Markdown of a report, and the names of its files. */
async function render(of: ReportInput): Promise<{ html: string; md: string; files: string[] }> {
  const { files } = await renderReport(of);
  return {
    html: String(files.get('report.html')),
    md: String(files.get('report.md')),
    files: [...files.keys()],
  };
}

/** Runs of 30 images of `classes` classes: all right but for those that are given as [image, predicted class]. */
function confusionOf(classes: number, runs: readonly [image: number, predicted: number][][]): GroupConfusion {
  const labels = Uint16Array.from({ length: 30 }, (_, image) => image % classes);
  const predictions = new Map<string, Predictions>();
  const reported = runs.map((wrong, seed) => {
    const predicted = Uint16Array.from(labels);
    for (const [image, other] of wrong) predicted[image] = other;
    const confidence = Uint16Array.from(labels, (_, image) => 65_535 - 1000 * image);
    predictions.set(`run-${seed}`, { labels, predicted, confidence });
    return { id: `run-${seed}`, top1: 100 - wrong.length };
  });
  const records = new Map(reported.map(({ id }) => [id, { id }])) as unknown as Ledger['source']['records'];
  return groupConfusion(reported, classes, new Ledger({ records, predictions }))!;
}

describe('the mistakes of several runs', () => {
  const confusion = confusionOf(3, [
    [
      [0, 1],
      [3, 1],
      [4, 2],
    ],
    [[0, 1]],
    [
      [2, 0],
      [29, 0],
    ],
  ]);

  it('are counted for all runs together', () => {
    expect(confusion.matrix).toEqual([
      [27, 3, 0],
      [0, 29, 1],
      [2, 0, 28],
    ]);
    expect(confusion.pairs).toMatchObject([
      { label: 0, predicted: 1, images: 3 },
      { label: 2, predicted: 0, images: 2 },
      { label: 1, predicted: 2, images: 1 },
    ]);
    expect(confusion.pairs[0]!.share).toBeCloseTo(10, 12);
  });

  it('give an accuracy to each class, with its spread over the runs', () => {
    expect(confusion.classes.map(({ label, summary }) => [label, summary.min, summary.max])).toEqual([
      [0, 80, 100],
      [1, 90, 100],
      [2, 80, 100],
    ]);
    expect(confusion.classes[0]!.summary.mean).toBeCloseTo(90, 12);
    expect(confusion.classes[0]!.summary.standardDeviation).toBeCloseTo(10, 12);
  });

  it('are shown one by one of the run of median accuracy, the most confident first', () => {
    expect(confusion.mistakes.run).toBe('run-2');
    expect(confusion.mistakes.images).toMatchObject([
      { image: 2, label: 2, predicted: 0 },
      { image: 29, label: 2, predicted: 0 },
    ]);
    expect(confusion.mistakes.images[0]!.confidence).toBeCloseTo((100 * 63_535) / 65_535, 12);
  });

  it('are of the lower of the middle two runs where their number is even', () => {
    expect(confusionOf(3, [[], [[0, 1]]]).mistakes.run).toBe('run-1');
  });

  it('have no matrix of more classes than can be read, and the least and the most accurate of these', () => {
    const many = confusionOf(30, [
      [
        [5, 9],
        [25, 9],
      ],
    ]);
    expect(many.matrix).toBeUndefined();
    expect(many.classes).toHaveLength(20);
    expect(many.classes.slice(0, 2).map(({ label, summary }) => [label, summary.mean])).toEqual([
      [5, 0],
      [25, 0],
    ]);
    expect(many.classes.at(-1)).toMatchObject({ label: 29, summary: { mean: 100 } });
    expect(many.pairs).toEqual([
      { label: 5, predicted: 9, images: 1, share: 100 },
      { label: 25, predicted: 9, images: 1, share: 100 },
    ]);
    expect(many.ties).toEqual({ lowest: 2, highest: 28, pairs: 2 });
  });

  it('are refused where they are of a class that there is not', () => {
    expect(() => confusionOf(3, [[[0, 7]]])).toThrow(/Expected predictions of 3 classes .* found class 7/);
  });
});

describe('a number of the mistakes', () => {
  const source = (): Parameters<typeof derive>[1] => ({
    records: new Map(input.records.map((record) => [record.id, record])),
    predictions: predictionsIn(input.extras),
  });

  it('is refused of a run whose predictions are not known', () => {
    const of = { runs: [input.records[0]!.id], label: 1, predicted: 1 };
    expect(() => derive({ reducer: 'mean', of }, { ...source(), predictions: new Map() })).toThrow(
      /Expected the predictions of the run bit-m-r50x3-1shot-seed0-/,
    );
  });

  it.each([
    ['a class that has no images', { reducer: 'mean', label: 10 }, /test images of class 10/],
    ['no image of the test set', { reducer: 'confidence', image: 10_000 }, /prediction of test image 10000/],
    ['runs without a class', { reducer: 'images' }, /Expected a class and what it was taken for/],
  ])('is refused of %s', (_, { reducer, label, ...rest }: { label?: number; reducer: string }, message) => {
    const runs = [input.records[0]!.id];
    const of = label === undefined ? { runs } : { runs, label, predicted: label };
    expect(() => derive({ reducer, of, ...rest }, source())).toThrow(message);
  });

  it('of a class follows from the accuracies of all classes: their mean is the top-1 accuracy', () => {
    const { data } = buildReport(input);
    for (const { confusion, summary } of data.groups) {
      const means = confusion!.classes.map((one) => one.summary.mean);
      expect(means.reduce((sum, mean) => sum + mean, 0) / means.length).toBeCloseTo(summary!.mean, 9);
    }
  });
});

describe('the mistakes in a report', () => {
  it('stand in both formats: matrices, classes, pairs and single images', async () => {
    const { html, md, files } = await render(input);
    expect(html).toContain(heading);
    expect(md).toContain(heading);
    expect(md).toContain('confusion.png');
    expect(md).toContain('](mistakes-2.png)');
    expect(html).toMatch(/aria-label="Test image \d+: \w+, taken for \w+" viewBox="44 0 4 4"/);
    expect(html.match(/<image id="mistakes-\d"/g)).toHaveLength(2);
    expect(files).toEqual(
      expect.arrayContaining(['confusion.svg', 'confusion.vl.json', 'mistakes-1.png', 'mistakes-2.png']),
    );
    expect(files).not.toContain('mistakes-3.png');
  });

  it('of a hundred classes are those of the least and the most accurate, and how many more are equal is told', async () => {
    const { target: _, ...made } = await madeUpInput('smoke', 'embedded', () => 9490, [], ['cifar100']);
    const { target: __, ...experiment } = made.experiment;
    const many: ReportInput = { ...made, experiment };
    const labels = Uint16Array.from({ length: 1000 }, (_, image) => image % 100);
    const predictions = {
      labels,
      // All images of the first five classes are taken for the next class, and one image of class 50.
      predicted: labels.map((label, image) => (label < 5 || image === 50 ? label + 1 : label)),
      confidence: labels.map(() => 65_535),
    };
    const { records, extras } = withPredictions(many);
    const wrong = [...extras].map(([id, one]): [string, RunExtras] => [id, { ...one, predictions }]);
    const { md, html } = await render({ ...many, records, extras: new Map(wrong) });
    expect(md).toMatch(
      /\| apple and 4 more \| 0\.00 \| worm and 93 more \| 100\.00 \| apple for aquarium\\_fish and 4 more \| 100\.00 \|/,
    );
    for (const page of [md, html]) {
      expect(page).toContain('The 10 classes of the lowest accuracy, of 100');
      expect(page).toContain('10 of the 94 classes of the highest accuracy');
    }
    expect(html).not.toContain('Confusion matrices');
  });

  it('are not recorded of runs by earlier versions, and then nothing is counted', async () => {
    const { html, md, files } = await render(await madeUpInput('fig6', 'paper', likeThePaper));
    for (const page of [html, md]) {
      expect(page).toContain(heading);
      expect(page).toContain('Not recorded of these runs, which an earlier version of this program made.');
      expect(page).not.toContain('Least accurate class');
    }
    expect(files.filter((name) => /^(confusion|mistakes)/.test(name))).toEqual([]);
  });

  it('are of the runs that recorded them, and the others are counted', async () => {
    const records = input.records.map((record, index) => {
      const { predictionsSha256: _, ...result } = record.result;
      return index < 7 ? { ...record, result } : record;
    });
    const extras = new Map([...input.extras].slice(7));
    const { md } = await render({ ...input, records, extras });
    expect(md).toContain('Not recorded of 7 runs of 10, which an earlier version');
    expect(md).toMatch(/\| BiT-HyperRule \| 1 example per class \| 0 \| not known \|/);
    expect(md).toMatch(/\| BiT-HyperRule \| 5 examples per class \| 3 \| \w+ \| \d+\.\d\d \|/);
  });

  it('are said to be left out where there are too many runs', async () => {
    const { md } = await render({ ...input, extras: new Map<string, RunExtras>() });
    expect(md).toContain('Left out, as there are more than 400 runs.');
    expect(md).not.toContain('Not recorded');
  });

  it('are shown without pictures where the pictures are not of just these', async () => {
    const extras = new Map(
      [...input.extras].map(([id, one]) => [id, { ...one, mistakes: Buffer.from('no picture') }]),
    );
    const { html, md, files } = await render({ ...input, extras });
    expect(html).not.toContain('<image');
    expect(html).toMatch(/taken for <strong>/);
    expect(md).toContain('| Image | Class | Taken for | Confidence, % |');
    expect(files.filter((name) => name.startsWith('mistakes'))).toEqual([]);
  });

  it('of many recipes are shown of the first eight', async () => {
    const many = withPredictions(
      await madeUpInput('shots-1-to-10', 'embedded', ({ seed }) => 5000 + 100 * seed),
    );
    const { md, files } = await render(many);
    expect(md).toContain('Below the table are the first 8 of 10; data.json has all.');
    expect(md.match(/<summary>/g)!.length).toBe(8 + 2);
    expect(files).toContain('mistakes-8.png');
  });
});
