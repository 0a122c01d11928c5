import { describe, expect, it } from 'vitest';
import { renderReport } from '../src/renderReport.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { likeThePaper, madeUpFigure6, madeUpInput, nearChance, type MadeUpHits } from '../testing/sample.ts';

const pagesOf = async (input: ReportInput): Promise<{ md: string; html: string }> => {
  const { files } = await renderReport(input);
  return { md: String(files.get('report.md')), html: String(files.get('report.html')) };
};

/** What stands under the title, without what escapes it. */
async function takeawayOf(input: ReportInput | Promise<ReportInput>): Promise<string> {
  const { md } = await pagesOf(await input);
  return md.split('\n\n')[1]!.replace(/\\([+[\]])/g, '$1');
}

/** The lower rate is better with one example per class, and worse with five; other settings do nothing. */
const oneEach: MadeUpHits = ({ seed, shots, fineTune }) =>
  2000 + 10 * seed + (fineTune.baseLr === 0.001 ? (shots === 1 ? 1 : -1) * (60 + 2 * seed) : 0);
const worse: MadeUpHits = ({ seed, fineTune }) =>
  2000 + 10 * seed - (fineTune.baseLr === 0.001 ? 60 + 2 * seed : 0);
const someSeeds =
  (count: number, hits: MadeUpHits): MadeUpHits =>
  (run) =>
    run.seed < count ? hits(run) : undefined;

const photos = {
  folder: '/data/photos',
  title: 'photos',
  classes: Array.from({ length: 10 }, (_, label) => `kind ${label}`),
  trainingImages: 1000,
  smallestClass: 100,
  testImages: 10_000,
  imageSize: { width: 32, height: 32 },
};

const notApplicable = '> **Verdict on the paper: not applicable.** The mean top-1 accuracy of ';

describe('the takeaway of a report', () => {
  it.each<[string, () => Promise<ReportInput>, string]>([
    [
      'of published results gives the verdict on each with its interval',
      () => madeUpInput('fig6', 'paper', likeThePaper),
      '> **Reproduced with 5 examples per class; inconclusive with 1 example per class.** The mean of BiT-M-R50x3 is 1.7 points above the published mean with 1 example per class (95.2 % interval −4.9 to +8.4, margin ±6.1) and 0.0 points above it with 5 examples per class (95.2 % interval −3.3 to +3.4, margin ±3.7).',
    ],
    [
      'of results that differ says so once',
      () => madeUpInput('fig6', 'paper', nearChance),
      '> **Not reproduced.** The mean of BiT-M-R50x3 is 41.4 points below the published mean with 1 example per class (',
    ],
    [
      'of equal runs says why they have no interval',
      async () => {
        const { target, ...input } = await madeUpInput('fig6', 'paper', () => 5240);
        const results = target!.claims.results.map(({ runs: _, ...rest }) => rest);
        return { ...input, target: { ...target!, claims: { ...target!.claims, results } } };
      },
      '> **Inconclusive.** The mean of BiT-M-R50x3 is not judged by an interval with 1 example per class, as equal runs tell nothing of their spread',
    ],
    [
      'of many results counts them',
      () => madeUpInput('fig6-full', 'paper', likeThePaper, ['dataset=cifar10']),
      '> **Of the published numbers: 1 reproduced, 5 not reproduced, 14 inconclusive.** The means of 20 sets of runs were held',
    ],
    [
      'of several data sets counts them, too',
      () => madeUpFigure6(likeThePaper),
      '> **Of the published numbers: ',
    ],
    [
      'before the first look says when that is',
      () => madeUpInput('fig6', 'paper', someSeeds(3, likeThePaper)),
      '> **Not judged yet.** The mean top-1 accuracy of BiT-HyperRule is 51.2 % with 1 example per class and 84.0 % with 5 examples per class. The first look at the verdict is at 5 seeds.',
    ],
    [
      'of another network is no verdict',
      () => madeUpInput('fig6', 'embedded', nearChance),
      `${notApplicable}BiT-mini (stand-in) is 10.9 % with 1 example per class and 11.3 % with 5 examples per class; that of Random weights is 10.9 % with 1 example per class and 11.3 % with 5 examples per class. The paper’s claim is about BiT-M-R50x3: runs of other networks say nothing for or against it.`,
    ],
    [
      'of other images is no verdict',
      () => madeUpInput('fig6', 'paper', likeThePaper, [], [photos]),
      `${notApplicable}BiT-HyperRule is 54.0 % with 1 example per class and 85.2 % with 5 examples per class. The paper has no numbers on photos: these runs say nothing for or against its claim.`,
    ],
    [
      'without published results is the mean',
      async () => {
        const { target: _, ...input } = await madeUpInput('fig6', 'paper', likeThePaper);
        return input;
      },
      '> **Result.** The mean top-1 accuracy of BiT-HyperRule is 54.0 % with 1 example per class and 85.2 % with 5 examples per class.',
    ],
    [
      'of many shots is the range',
      async () => {
        const { target: _, ...input } = await madeUpInput('shots-1-to-10', 'embedded', nearChance);
        return input;
      },
      '> **Result.** The mean top-1 accuracy goes from 10.5 % with 1 example per class to 11.4 % with 10 examples per class.',
    ],
    [
      'of arms answers their question',
      () => madeUpInput('lr-ablation', 'paper', worse),
      '> **Lower accuracy.** Learning rate 0.001 instead of 0.003 lowers top-1 accuracy by 0.69 points with 1 example per class (95 % interval −0.73 to −0.65) and by 0.69 points with 5 examples per class (95 % interval −0.73 to −0.65).',
    ],
    [
      'of arms whose order depends on the shots says on which',
      () => madeUpInput('lr-ablation', 'embedded', oneEach),
      '> **Higher accuracy with 1 example per class; lower accuracy with 5 examples per class.** Learning rate 0.001 instead of 0.003 raises top-1 accuracy by 0.69 points with 1 example per class (95 % interval +0.65 to +0.73) and lowers it by 0.69 points with 5 examples per class (95 % interval −0.73 to −0.65).',
    ],
    [
      'of arms with too few seeds says how many could decide',
      () => madeUpInput('lr-ablation', 'embedded', someSeeds(5, oneEach)),
      '> **No difference shown.** Learning rate 0.001 instead of 0.003 changes top-1 accuracy by +0.64 points with 1 example per class, which may be chance (95 % interval +0.60 to +0.68) and by −0.64 points with 5 examples per class, which may be chance (95 % interval −0.68 to −0.60). 5 seeds cannot bring the corrected p below 0.125; 7 could reach 0.05.',
    ],
    [
      'of many arms counts the other comparisons',
      () => madeUpInput('lr-and-schedule', 'paper', worse),
      '(95 % interval −0.73 to −0.65). Of 14 other comparisons, 6 show a difference.',
    ],
    [
      'without a finished run says just that',
      () => madeUpInput('fig6', 'paper', () => undefined),
      '> **No result yet.** None of the 10 runs is finished.',
    ],
  ])('%s', async (_, input, expected) => {
    expect(await takeawayOf(input())).toContain(expected);
  });

  it('stands before everything but the title, its numbers in the evidence', async () => {
    const { html } = await pagesOf(await madeUpInput('lr-ablation', 'embedded', worse));
    expect(html).toMatch(
      /<\/h1>\n<p class="takeaway answer"><strong>Lower accuracy\.<\/strong> Learning rate 0\.001 instead of 0\.003 lowers top-1 accuracy by <data value="-0\.6\d*" data-number="0">0\.69<\/data> points/,
    );
  });
});
