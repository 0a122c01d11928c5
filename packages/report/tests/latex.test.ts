import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { escapeLatex } from '../src/latex/escapeLatex.ts';
import { latexOfReport } from '../src/latex/latexOfReport.ts';
import { latexTable } from '../src/latex/latexTable.ts';
import { storeReport } from '../testing/storedReport.ts';

let folder: string;
let latex: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latex-'));
  const { report, runs } = await storeReport(folder);
  latex = await latexOfReport(readFileSync(report, 'utf8'), (id) => join(runs, id));
  return () => {
    rmSync(folder, { recursive: true });
  };
});

/** What PDFLaTeX says of a table in a document with the preamble that we ask for; undefined where it is not installed. */
async function typeset(table: string): Promise<string | undefined> {
  const lines = [
    String.raw`\documentclass{article}`,
    String.raw`\usepackage{booktabs}`,
    String.raw`\begin{document}`,
    table,
    String.raw`\end{document}`,
  ];
  writeFileSync(join(folder, 'paper.tex'), lines.join('\n'));
  const line = ['-halt-on-error', '-interaction=nonstopmode', 'paper.tex'];
  const { stdout, exitCode, code } = await execa('pdflatex', line, { cwd: folder, reject: false });
  if (code === 'ENOENT') return undefined;
  expect(exitCode, stdout).toBe(0);
  return stdout;
}

describe('the results of a report as LaTeX', () => {
  it('have the numbers of the report, task by task', () => {
    expect(latex).toContain(String.raw`\multicolumn{7}{@{}l}{\textbf{1 example per class}} \\`);
    expect(latex).toMatch(
      /^\\raggedright BiT-HyperRule, BiT-M-R50x3 & 5 & 54\.07 & 54\.04 & 47\.89 -- 60\.20 & 48\.20 -- 61\.50 & 4\.96 \\\\$/m,
    );
    expect(latex).toMatch(/^\\raggedright Paper, Figure 6, BiT-M-R50x3 & 5 & 52\.4 /m);
  });

  it('need booktabs and nothing else, and fit a page', async ({ skip }) => {
    const said = await typeset(latex);
    if (said === undefined) return skip('pdflatex is not installed');
    expect(said).not.toMatch(/Overfull|undefined/);
  });
});

describe('text in LaTeX', () => {
  it.each([
    ['50 % & $5 #1 a_b', String.raw`50 \% \& \$5 \#1 a\_b`],
    [String.raw`\input{x}`, String.raw`\textbackslash{}input\{x\}`],
    ['a~b^c', String.raw`a\textasciitilde{}b\textasciicircum{}c`],
    ['−1.5 ±0.3 – 2', String.raw`$-$1.5 $\pm$0.3 -- 2`],
    ['one\n\ntwo', 'one two'],
  ])('%j stays text', (text, escaped) => {
    expect(escapeLatex(text)).toBe(escaped);
  });

  it('of all kinds is set', async ({ skip }) => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
    const text = `${printable} é ü ß – — − ± × ’ … end`;
    const rows = [{ cells: [text, text], aside: text }];
    const columns = [{ title: text, aside: text }, { title: text }];
    const table = { label: '', columns, groups: [{ heading: text, rows }] };
    const said = await typeset(latexTable(table, { caption: text, label: 'tab:text' }));
    if (said === undefined) skip('pdflatex is not installed');
  });
});
