import { wholeIlsvrc } from '@bit-repro/data/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { figureSpec } from '../src/figureSpec.ts';
import { readEvidence } from '../src/readEvidence.ts';
import { renderReport } from '../src/renderReport.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { likeThePaper, madeUpFigure6, madeUpInput, type MadeUpHits } from '../testing/sample.ts';

/** On ILSVRC-2012 half as many. */
const hits: MadeUpHits = (run) => Math.round(likeThePaper(run)! / (typeof run.dataset === 'string' ? 1 : 2));

let data: ReportData;
let files: ReadonlyMap<string, string | Uint8Array>;
beforeAll(async () => {
  const input = await madeUpFigure6(hits);
  data = buildReportData(input);
  ({ files } = await renderReport(input));
});

const markdown = (): string => String(files.get('report.md'));

describe('a report on two data sets', () => {
  it('keeps the runs of an arm on each apart', () => {
    const own = data.groups.filter(({ arm }) => arm === 'BiT-M R50x3');
    expect(own.map(({ dataset, shots, runs }) => [dataset, shots, runs.length])).toEqual([
      ['cifar10', 1, 5],
      ['cifar10', 5, 5],
      ['ilsvrc2012', 1, 5],
      ['ilsvrc2012', 5, 5],
    ]);
    expect(own[2]!.summary!.median).toBeCloseTo(own[0]!.summary!.median / 2, 1);
  });

  it('holds each beside what was published on it', () => {
    const published = data.published.filter(
      ({ source, model, shots }) => source === 'paper' && model === 'BiT-M-R50x3' && shots === 1,
    );
    expect(published.map(({ dataset, headline }) => [dataset, headline.top1])).toEqual([
      ['cifar10', 52.4],
      ['ilsvrc2012', 20.5],
    ]);
  });

  it('judges each by the margin for it', () => {
    const judged = data.verdicts.filter(({ who, shots }) => 'arm' in who && shots === 5);
    expect(new Set(judged.map(({ dataset, claim }) => `${dataset} ${claim.margin}`))).toEqual(
      new Set(['cifar10 3.7', 'ilsvrc2012 1.7']),
    );
    expect(judged).toHaveLength(20);
  });

  it('compares arms on one data set at a time', () => {
    expect(data.comparisons).toHaveLength(20);
    for (const { dataset, seeds } of data.comparisons) {
      for (const id of seeds.flatMap(({ runs }) => runs)) {
        const group = data.groups.find(({ runs }) => runs.some((run) => run.id === id))!;
        expect(group.dataset).toBe(dataset);
      }
    }
  });

  it('has a panel for each data set and number of shots, with the lines of guessing', () => {
    const text = JSON.stringify(figureSpec(data));
    for (const title of ['CIFAR-10, 1 example', 'CIFAR-10, 5', 'ILSVRC-2012, 1 example', 'ILSVRC-2012, 5'])
      expect(text).toContain(`"text":"${title}`);
    expect(text).toContain('CIFAR-10 and ILSVRC-2012 in Figure 6 of the BiT paper');
    expect(text).toContain('Guessing: 0.1 % on ILSVRC-2012');
  });

  it('names the data set of every result, verdict and missing run', () => {
    expect(markdown()).toContain('| **ILSVRC-2012, 5 examples per class** |');
    expect(markdown()).toMatch(/BiT-S-R50x1, ILSVRC-2012, 1 example per class/);
    expect(markdown()).toContain('±1.7 points with 5 examples per class of ILSVRC-2012');
    expect(markdown()).toMatch(/1 and 5 examples per class of CIFAR-10 and ILSVRC-2012, 5 seeds each/);
  });

  it('tells at which resolution each was run', () => {
    expect(data.settings.find(({ setting }) => setting.startsWith('Cropped'))).toMatchObject({
      paper: '128; 480',
      arms: data.arms.map(() => ({ value: '128; 480', differs: false })),
    });
  });

  it('carries where its published numbers are from, data set included', () => {
    const { evidence } = readEvidence(String(files.get('report.html')));
    const samples = evidence.numbers.flatMap(({ of }) => ('published' in of ? [of.dataset] : []));
    expect(new Set(samples)).toEqual(new Set(['cifar10', 'ilsvrc2012']));
  });
});

describe('a report on CIFAR-10 and on images that nothing was published of', () => {
  const photos = {
    folder: '/data/photos',
    title: 'photos',
    classes: Array.from({ length: 10 }, (_, label) => `kind ${label}`),
    trainingImages: 1000,
    smallestClass: 100,
    testImages: 10_000,
    imageSize: { width: 32, height: 32 },
  };
  const markdownOn = async (datasets: Parameters<typeof madeUpInput>[4]): Promise<string> => {
    const { files: made } = await renderReport(
      await madeUpInput('fig6', 'paper', likeThePaper, [], datasets),
    );
    return String(made.get('report.md'));
  };

  it('says of the images, not of the network, that the paper has no numbers', async () => {
    const text = await markdownOn(['cifar10', photos]);
    expect(text).toContain('BiT-HyperRule, BiT-M-R50x3: the mean of 5 runs');
    expect(text).not.toContain('not applicable');
    expect(text).not.toContain('The network is BiT-M-R50x3');
    expect(text).toContain('The paper has no numbers on photos: the accuracies there say nothing');
  });

  it('states the settings of those alone who published something on its data sets', async () => {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    expect(buildReportData(input).settingSources).toEqual(['Reproduction of 2021']);
    const onIlsvrc = await madeUpFigure6(hits, [wholeIlsvrc]);
    expect(buildReportData(onIlsvrc).settingSources).toEqual([]);
  });

  it('has no verdict on the paper if there are only such images', async () => {
    const text = await markdownOn([photos]);
    expect(text).toContain('Verdict on the paper: not applicable.');
    expect(text).toContain(
      'The paper has no numbers on photos: these runs say nothing for or against its claim.',
    );
    expect(text).not.toContain('but of BiT-M-R50x3');
  });
});
