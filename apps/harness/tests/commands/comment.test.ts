import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { comment, type CommentOptions } from '../../src/commands/comment.ts';
import {
  commentBody,
  markerOf,
  mostCharacters,
  readSummary,
  type ReportSummary,
  reportFiles,
  buildReportData,
} from '@bit-repro/report';
import {
  likeThePaper,
  madeUpInput,
  nearChance,
  type MadeUpHits,
  fakeGitHub,
} from '@bit-repro/report/testing';

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-comment-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The folder of a report with only its numbers. */
async function reportFolder(config: string, profile: string, hits: MadeUpHits): Promise<string> {
  const folder = await temporary();
  const data = buildReportData(await madeUpInput(config, profile, hits));
  await writeFile(join(folder, reportFiles.data), JSON.stringify(data));
  return folder;
}

const summary = async (config: string, profile: string, hits: MadeUpHits): Promise<ReportSummary> =>
  readSummary(await reportFolder(config, profile, hits));

describe('the text of a comment', () => {
  it('starts with its marker, then the verdict', async () => {
    const body = commentBody(await summary('fig6', 'paper', likeThePaper), undefined);
    expect(body.split('\n')[0]).toBe(markerOf('fig6'));
    expect(body).toContain(
      '**5 examples per class: reproduced** – BiT-HyperRule, BiT-M-R50x3, 5 runs: \\+0.0 points \\[−3.3, +3.4\\] from the paper.',
    );
    expect(body).toContain('[−4.9, +8.4\\] from the paper; the next look is at 10 seeds.');
    expect(body).toContain('| BiT-HyperRule | BiT-M-R50x3 | 5 | 54.07 | 54.04 | 48.20 – 61.50 |');
  });

  it('opens with what the arms show, where there are several', async () => {
    const hits: MadeUpHits = ({ seed, fineTune }) =>
      2000 + 10 * seed - (fineTune.baseLr === 0.001 ? 60 + 2 * seed : 0);
    const body = commentBody(await summary('lr-ablation', 'embedded', hits), undefined);
    const found = '−0.69 points \\[−0.73, −0.65\\] with 1 example per class, lower; −0.69 points';
    expect(body).toContain(found);
    expect(body.indexOf(found)).toBeLessThan(body.indexOf('runs are done'));
    expect(body).toContain(
      '| Learning rate 0.001 instead of 0.003 | 5 examples per class | −0.69 | 10 | 0.0039 | lower |',
    );
  });

  it('says if the network is not the paper’s', async () => {
    const body = commentBody(await summary('fig6', 'embedded', nearChance), undefined);
    expect(body).toContain('**Verdict on the paper: not applicable.**');
    expect(body).not.toContain('reproduced');
  });

  it('shows changes against the base branch: medians, runs and settings', async () => {
    const base = await summary('lr-ablation', 'embedded', nearChance);
    const here: ReportSummary = {
      ...base,
      groups: base.groups.map((group, index) =>
        index === 0
          ? {
              ...group,
              runs: group.runs.map((run) => ({ ...run, id: `${run.id}x`, top1: run.top1 + 2 })),
              summary: { ...group.summary!, median: 12.9 },
            }
          : group,
      ),
      settings: base.settings.map((row, index) =>
        index === 1 ? { ...row, arms: row.arms.map((arm) => ({ ...arm, value: '0.002' })) } : row,
      ),
    };
    const body = commentBody(here, base);
    expect(body).toContain(
      '| 0.003 (paper) | 1 example per class | 11.90 | 12.90 | \\+1.00 | 0 of 10 results identical |',
    );
    expect(body).toContain('| 1 example per class | 11.90 | 11.90 | \\+0.00 | 10 of 10 results identical |');
    expect(body).toContain('30 of 40 results identical: the same scores and losses, to the last digit.');
    expect(body).toContain('| Base learning rate | 0.003 | 0.002 |');
  });

  it('has a chart of the medians for each task, which GitHub draws', async () => {
    const body = commentBody(await summary('fig6', 'paper', likeThePaper), undefined);
    const charts = body.match(/^```mermaid\n[^`]*\n```$/gm)!;
    expect(charts).toHaveLength(2);
    expect(charts[0]).toContain(
      [
        'xychart-beta horizontal',
        '  title "Median top-1 accuracy, %: 1 example per class"',
        '  x-axis ["BiT-HyperRule", "Paper, Figure 6 (median)", "Reproduction of 2021 (mean)"]',
        '  y-axis 0 --> 100',
        '  bar [54.07, 52.40, 56.46]',
      ].join('\n'),
    );
    expect(body.indexOf(charts[1]!)).toBeLessThan(body.indexOf('| Top-1, % |'));
  });

  it('has no chart before a run is finished', async () => {
    const body = commentBody(await summary('fig6', 'paper', () => undefined), undefined);
    expect(body).not.toContain('mermaid');
  });

  it('shows the figure itself where GitHub has it, and links to the whole report', async () => {
    const body = commentBody(await summary('fig6', 'paper', likeThePaper), undefined, {
      figure: 'https://github.com/ada/it/raw/abc/reports/a (b)/figure.png',
      artifact: 'https://github.com/ada/it/actions/runs/1/artifacts/2',
    });
    const address = 'https://github.com/ada/it/raw/abc/reports/a%20%28b%29/figure.png';
    expect(body).toContain(`beside what was published](${address})](${address})`);
    expect(body).not.toContain('mermaid');
    expect(body).toContain(
      'in [the artifact of this workflow’s run](https://github.com/ada/it/actions/runs/1/artifacts/2);',
    );
  });

  it('contains no picture that GitHub would not show', async () => {
    expect(commentBody(await summary('fig6', 'paper', likeThePaper), undefined)).not.toMatch(/data:|!\[/);
  });

  it('fits the limit by leaving out the last sections, and names them', async () => {
    const report = await summary('fig6', 'embedded', nearChance);
    const many = Array.from({ length: 5000 }, (_, seed) => ({ id: `run-${seed}`, seed, top1: 10 }));
    const large = { ...report, groups: report.groups.map((group) => ({ ...group, runs: many })) };
    const body = commentBody(large, undefined);
    expect(body.length).toBeLessThanOrEqual(mostCharacters);
    expect(body).toContain('Left out, or GitHub would not take the comment: single runs.');
    const short = commentBody(large, undefined, { limit: 900 });
    expect(short.length).toBeLessThanOrEqual(900);
    expect(short).toContain(markerOf('fig6'));
    expect(short).toContain('results, change against the base branch, what differs');
  });

  it('shows hostile names as text', async () => {
    const report = await summary('fig6', 'embedded', nearChance);
    const hostile = '<script>x</script> | @team [a](b)';
    const groups = report.groups.map((group) => ({ ...group, arm: `"]\n\`\`\`\n${hostile}` }));
    const body = commentBody({ ...report, groups, title: hostile }, undefined);
    expect(body).toContain('&lt;script&gt;x&lt;/script&gt; \\| \\@&#8203;team \\[a\\](b)');
    expect(body).toContain('  x-axis ["script x script team a (b)", ');
    expect(body).not.toMatch(/<script|[^\\]@/);
  });
});

describe('harness comment', () => {
  const event = (fork: boolean): object => ({
    pull_request: {
      number: 7,
      head: { repo: { full_name: fork ? 'stranger/name' : 'owner/name' } },
      base: { repo: { full_name: 'owner/name' } },
    },
  });

  async function job(
    payload: object,
    options: CommentOptions = {},
    given: { event?: string; summaryFile?: string } = {},
  ): Promise<{ code: number; printed: string; summary: string; comments: string[] }> {
    const fake = await fakeGitHub();
    const folder = await temporary();
    const eventFile = join(folder, 'event.json');
    const { summaryFile = join(folder, 'summary.md') } = given;
    await writeFile(eventFile, given.event ?? JSON.stringify(payload));
    const lines: string[] = [];
    const code = await comment(
      await reportFolder('fig6', 'embedded', nearChance),
      options,
      { print: (line) => void lines.push(line), signal: new AbortController().signal },
      {
        GITHUB_TOKEN: 'secret',
        GITHUB_REPOSITORY: 'owner/name',
        GITHUB_EVENT_PATH: eventFile,
        GITHUB_STEP_SUMMARY: summaryFile,
        GITHUB_API_URL: fake.url,
      },
    );
    const written = await readFile(summaryFile, 'utf8').catch(() => '');
    return {
      code,
      printed: lines.join('\n'),
      summary: written,
      comments: fake.comments.map(({ body }) => body),
    };
  }

  it('writes the summary and the comment on its pull request', async () => {
    const { code, summary, comments } = await job(event(false));
    expect(code).toBe(0);
    expect(comments).toHaveLength(1);
    expect(summary.trim()).toBe(comments[0]);
  });

  it('writes only the summary for a fork, and says so', async () => {
    const { code, printed, summary, comments } = await job(event(true));
    expect(code).toBe(0);
    expect(comments).toEqual([]);
    expect(printed).toContain('fork');
    expect(summary).toContain('from a fork');
  });

  it('writes only the summary without a pull request', async () => {
    const { code, comments, printed } = await job({});
    expect([code, comments]).toEqual([0, []]);
    expect(printed).toContain('no pull request');
  });

  it.each([
    ['is named by an empty variable', '', false],
    ['cannot be written', '/nowhere/summary.md', true],
  ])('writes the comment if the summary %s', async (_, summaryFile, isTold) => {
    const { code, comments, printed } = await job(event(false), {}, { summaryFile });
    expect([code, comments.length]).toEqual([0, 1]);
    expect(printed.includes('warning the job’s summary could not be written')).toBe(isTold);
  });

  it.each(['', 'not JSON', '[]'])('explains what is wrong with the event %j and what to do', async (text) => {
    await expect(job({}, {}, { event: text })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Expected the event of the job in .*event\.json, which GITHUB_EVENT_PATH/,
      ) as string,
      remedy: 'Name the pull request by --pull.',
    });
  });

  it('links to the artifact that it is given', async () => {
    const artifact = 'https://github.test/owner/name/actions/runs/1/artifacts/2';
    expect((await job(event(false), { artifact })).comments[0]).toContain(`](${artifact})`);
    expect((await job(event(false), { artifact: '' })).comments[0]).toContain(
      'an artifact of this workflow’s run',
    );
    await expect(job(event(false), { artifact: 'javascript:alert(1)' })).rejects.toThrow(
      'Expected an address after --artifact, found "javascript:alert(1)"',
    );
  });

  it('treats a base branch without a report as none', async () => {
    const { code, summary } = await job(event(false), { base: join(await temporary(), 'none') });
    expect(code).toBe(0);
    expect(summary).toContain('The base branch has no report');
  });
});
