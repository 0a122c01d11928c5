import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { committedFigure } from '../src/pullRequest/committedFigure.ts';
import { publicationOf } from '../src/publication.ts';
import { readEvidence } from '../src/readEvidence.ts';
import { renderReport } from '../src/renderReport.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';

/** That of the made-up runs. */
const sha = 'abcdef0123456789abcdef0123456789abcdef01';
const publication = { repository: 'github:ada/bit-repro', commits: [sha] };

async function linksIn(more: Partial<ReportInput>): Promise<{ html: string[]; md: string; page: string }> {
  const { files } = await renderReport({ ...(await madeUpInput('fig6', 'paper', likeThePaper)), ...more });
  const page = String(files.get('report.html'));
  const list = /<ul class="links">[^]*?<\/ul>/.exec(page)![0];
  return {
    page,
    html: [...list.matchAll(/<li>(.*)<\/li>/g)].map(([, item]) => item!),
    md: /^.*data\.json.*$/m.exec(String(files.get('report.md')))![0],
  };
}

describe('the links of a report', () => {
  it('lead to the paper, and to the code, configs and docs where these are published', async () => {
    const tree = `https://github.com/ada/bit-repro/tree/${sha}`;
    const { html, md } = await linksIn({ publication });
    expect(html).toEqual([
      '<a href="https://arxiv.org/abs/1912.11370">Paper, Figure 6</a>',
      `<a href="${tree}">Code at abcdef0</a>`,
      `<a href="${tree}/configs/fig6.yaml">configs/fig6.yaml</a>`,
      '<a href="#runs">10 runs</a>',
      '<a href="data.json">All numbers (data.json)</a>',
      `<a href="${tree}/docs/reproduction.md">What the verdict means</a>`,
    ]);
    expect(md.replaceAll('\\', '')).toContain(
      `[Code at abcdef0](${tree}) · [configs/fig6.yaml](${tree}/configs/fig6.yaml) · 10 runs ·`,
    );
  });

  it.each<[string, Partial<ReportInput>]>([
    ['no remote is known', {}],
    ['the remote has not the commit', { publication: { ...publication, commits: ['1'.repeat(40)] } }],
  ])('name code and configs without an address where %s', async (_, more) => {
    const { html } = await linksIn(more);
    expect(html.slice(1, 3)).toEqual(['Code at abcdef0', 'configs/fig6.yaml']);
    expect(html.join('')).not.toContain('github');
  });

  it.each([
    ['doi:10.1000/182, a paper', 'https://doi.org/10.1000/182'],
    ['Nobody, https://example.test/paper.', 'https://example.test/paper'],
  ])('lead to what is cited as %s', async (citation, address) => {
    const { target } = await madeUpInput('fig6', 'paper', likeThePaper);
    const { html } = await linksIn({ target: { ...target!, claims: { ...target!.claims, citation } } });
    expect(html[0]).toBe(`<a href="${address}">Paper, Figure 6</a>`);
  });

  it('are in the evidence, so that the page can be made again', async () => {
    const { page } = await linksIn({ publication });
    expect(readEvidence(page).evidence.publication).toEqual(publication);
    const elsewhere = page.replace('github:ada/bit-repro', 'https://example.test/bit-repro');
    expect(() => readEvidence(elsewhere)).toThrow(/publication\.repository/);
  });
});

async function checkout(url?: string): Promise<{ folder: string; commit: (text: string) => string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-remote-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '--initial-branch=main');
  if (url !== undefined) git('remote', 'add', 'origin', url);
  return {
    folder,
    commit: (text) => {
      git('commit', '--allow-empty', '-m', text);
      if (text === 'pushed') git('update-ref', 'refs/remotes/origin/main', 'HEAD');
      return git('rev-parse', 'HEAD');
    },
  };
}

describe('where the code of runs is published', () => {
  const recordsAt = async (commit: string): Promise<ReportInput['records']> => {
    const { records } = await madeUpInput('fig6', 'paper', likeThePaper);
    return records.map((record) => ({
      ...record,
      provenance: { ...record.provenance, git: { sha: commit, dirty: false, untracked: [] } },
    }));
  };

  it.each([
    'git@github.com:ada/bit-repro.git',
    'https://ada:secret@github.com/ada/bit-repro.git',
    'ssh://git@github.com/ada/bit-repro',
  ])('is the host of the remote, without a secret: %s', async (url) => {
    const { folder, commit } = await checkout(url);
    const pushed = commit('pushed');
    expect(await publicationOf(await recordsAt(pushed), folder)).toEqual({
      repository: 'github:ada/bit-repro',
      commits: [pushed],
    });
  });

  it('is not known of a commit that was not pushed', async () => {
    const { folder, commit } = await checkout('git@github.com:ada/bit-repro.git');
    commit('pushed');
    expect(await publicationOf(await recordsAt(commit('own')), folder)).toBeUndefined();
  });

  it.each([
    ['no remote', undefined],
    ['a folder as the remote', '/srv/bit-repro.git'],
    ['a host that nobody knows', 'https://git.example.test/ada/bit-repro.git'],
  ])('is not known with %s', async (_, url) => {
    const { folder, commit } = await checkout(url);
    expect(await publicationOf(await recordsAt(commit('pushed')), folder)).toBeUndefined();
  });
});

describe('the address of a figure on GitHub', () => {
  const figureIn = async (
    url: string,
    change: (folder: string) => Promise<void> = () => Promise.resolve(),
  ) => {
    const { folder, commit } = await checkout(url);
    const report = join(folder, 'reports/my fig');
    await mkdir(report, { recursive: true });
    await writeFile(join(report, 'figure.png'), pixels);
    execFileSync('git', ['add', '.'], { cwd: folder });
    const pushed = commit('pushed');
    await change(report);
    return { address: await committedFigure(report), pushed };
  };
  const pixels = 'not quite a picture';

  it('is of the commit that has it', async () => {
    const { address, pushed } = await figureIn('git@github.com:ada/bit-repro.git');
    expect(address).toBe(`https://github.com/ada/bit-repro/raw/${pushed}/reports/my%20fig/figure.png`);
  });

  it.each<[string, string, (folder: string) => Promise<void>]>([
    ['another host has it', 'git@gitlab.com:ada/bit-repro.git', () => Promise.resolve()],
    [
      'it was drawn anew',
      'git@github.com:ada/bit-repro.git',
      (report) => writeFile(join(report, 'figure.png'), 'new'),
    ],
    ['there is none', 'git@github.com:ada/bit-repro.git', (report) => rm(join(report, 'figure.png'))],
  ])('is not given where %s', async (_, url, change) => {
    expect((await figureIn(url, change)).address).toBeUndefined();
  });

  it('is not given of a report that is not committed', async () => {
    const { folder, commit } = await checkout('git@github.com:ada/bit-repro.git');
    commit('pushed');
    await writeFile(join(folder, 'figure.png'), pixels);
    expect(await committedFigure(folder)).toBeUndefined();
  });
});
