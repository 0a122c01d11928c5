import { describe, expect, it } from 'vitest';
import { renderReport } from '../src/renderReport.ts';
import { madeUpInput, type MadeUpHits } from '../testing/sample.ts';

/** The lower rate is better with one example per class, and worse with five; other settings do nothing. */
const hits: MadeUpHits = ({ seed, shots, fineTune }) =>
  2000 + 10 * seed + (fineTune.baseLr === 0.001 ? (shots === 1 ? 1 : -1) * (60 + 2 * seed) : 0);

async function pageOf(config: string, profile: string, made = hits): Promise<{ md: string; html: string }> {
  const { files } = await renderReport(await madeUpInput(config, profile, made));
  return { md: String(files.get('report.md')), html: String(files.get('report.html')) };
}

describe('what the arms show', () => {
  it('stands after the claim where the arms are other networks', async () => {
    const { experiment, ...input } = await madeUpInput('fig6', 'embedded', hits);
    const profiles = experiment.profiles.map(({ compare: _, ...profile }) => profile);
    const { files } = await renderReport({ ...input, experiment: { ...experiment, profiles } });
    const md = String(files.get('report.md'));
    const at = md.indexOf('Random weights instead of BiT-mini (stand-in):');
    expect(at).toBeGreaterThan(md.indexOf('The paper’s claim'));
    expect(at).toBeLessThan(md.indexOf('figure.png'));
  });

  it('names the second and third of many, and where the others stand', async () => {
    const { md, html } = await pageOf('lr-and-schedule', 'paper');
    const lead = md.slice(md.indexOf('What was run'), md.indexOf('figure.png'));
    expect(lead.match(/^> \*\*(Learning rate|Schedule|Interaction)/gm)).toHaveLength(2);
    expect(lead).toContain(
      'corrected for the 6 comparisons of two arms and, separately, for the 10 effects of settings',
    );
    expect(lead).toContain('10 more comparisons under Arms compared, seed by seed.');
    expect(html).toContain('10 more comparisons under <a href="#ablation">');
  });

  it('is a number of the evidence, as are its interval and its outcome', async () => {
    const { html } = await pageOf(
      'lr-and-schedule',
      'paper',
      ({ seed, fineTune }) => 2000 + 10 * seed + (fineTune.schedule.at(-1) === 100 ? 60 + 2 * seed : 0),
    );
    expect(html).toMatch(
      /:<\/strong> <data value="0\.6\d*" data-number="\d+">\+0\.69<\/data> points \[<data [^>]*>\+0\.65<\/data>, <data [^>]*>\+0\.73<\/data>\] with 1 example per class, <data value="1" [^>]*>higher<\/data>;/,
    );
  });

  it('is said by the takeaway alone where there is one question', async () => {
    const { md } = await pageOf('lr-ablation', 'embedded');
    expect(md.match(/^> \*\*.*instead of/gm)).toHaveLength(1);
  });

  it('is left out of a report of one arm', async () => {
    const { md } = await pageOf('fig6', 'paper');
    expect(md).not.toContain('instead of');
  });
});
