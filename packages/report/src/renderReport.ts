import { readFile } from 'node:fs/promises';
import { evidenceOf } from './evidence.ts';
import { darkFigures } from './figurePalette.ts';
import { drawFigures, type DrawnFigure, type FigureName } from './figures.ts';
import type { Ledger } from './ledger.ts';
import { contentsOf } from './page/contents.ts';
import { pageScript, pageStyle } from './page/files.ts';
import { reportFiles } from './reportFiles.ts';
import { buildReport, type ReportData } from './reportData.ts';
import type { ReportInput } from './reportInput.ts';
import { renderTemplate, safeJson, safeMarkup } from './templates.ts';
import { sectionViews } from './sections/sections.ts';
import { mistakePictures } from './view/confusion.ts';
import { originInWords } from './view/origins.ts';
import { viewOf } from './view/viewOf.ts';
import { figureWords } from './view/figureWords.ts';

/** A report that is not yet written. */
export interface RenderedReport {
  data: ReportData;
  /** By file name. */
  files: Map<string, string | Uint8Array>;
}

/** The figures that stand in sections of their own words; the others follow these. */
const placed: readonly FigureName[] = ['figure', 'verdict', 'differences', 'confusion'];

/** Makes the files of a report. The same input gives the same bytes. @throws ExplainedError as `buildReport`. */
export async function renderReport(input: ReportInput): Promise<RenderedReport> {
  const { data, ledger } = buildReport(input);
  const figures = await drawFigures(data);
  const view = { ...viewOf(data, ledger, input), sections: sectionViews(data, ledger) };
  const withFigures = (show: (figure: DrawnFigure) => object): object => {
    const shown = figures.map((figure) => ({
      name: figure.name,
      ...figureWords(data, figure.name),
      ...show(figure),
    }));
    const named = (wanted: FigureName): object | null => shown.find(({ name }) => name === wanted) ?? null;
    return {
      ...view,
      mainFigure: named('figure'),
      verdictFigure: named('verdict'),
      differencesFigure: named('differences'),
      confusionFigure: named('confusion'),
      moreFigures: shown.filter(({ name }) => !placed.includes(name)),
    };
  };
  const html = withFigures(({ page, phone }) => ({
    page: safeMarkup(page.svg),
    phone: safeMarkup(phone.svg),
  }));
  const files = new Map<string, string | Uint8Array>([
    [reportFiles.data, toJson(data)],
    [
      reportFiles.markdown,
      await renderTemplate(
        'md',
        withFigures(() => ({})),
      ),
    ],
    [reportFiles.html, await page({ ...html, ...(await pageParts(input, data, ledger, figures)) })],
  ]);
  for (const { name, spec, png, page } of figures) {
    files.set(reportFiles[name].svg, page.svg);
    files.set(reportFiles[name].png, png);
    files.set(reportFiles[name].spec, toJson(spec));
  }
  for (const [name, picture] of mistakePictures(data, input.extras)) files.set(name, picture);
  return { data, files };
}

/** The page, whose contents list the sections that turn out to be in it. */
async function page(view: object): Promise<string> {
  const text = await renderTemplate('html', { ...view, ...unread });
  return renderTemplate('html', { ...view, contents: contentsOf(text) });
}

/** What the contents do not depend on. */
const unread = {
  contents: [],
  style: '',
  evidence: '',
  origins: '',
  figureSpecs: '',
  runtime: '',
  pageScript: '',
};

/** What a page has beside its words: style, scripts, and what these read. */
async function pageParts(
  input: ReportInput,
  data: ReportData,
  ledger: Ledger,
  figures: readonly DrawnFigure[],
): Promise<Record<Exclude<keyof typeof unread, 'contents'>, object>> {
  const specs = figures.map(({ name, page, phone }) => [name, { page: page.vega, phone: phone.vega }]);
  return {
    style: safeMarkup(`${await pageStyle()}${darkFigures()}`),
    evidence: safeJson(await evidenceOf(input, ledger)),
    origins: safeJson(ledger.entries.map((entry) => originInWords(entry, data))),
    figureSpecs: safeJson(Object.fromEntries(specs)),
    runtime: safeMarkup(await readFile(vegaRuntime, 'utf8')),
    pageScript: safeMarkup(await pageScript()),
  };
}

/** Vega for browsers; beside the module that its package exports. */
const vegaRuntime = new URL('vega.min.js', import.meta.resolve('vega'));
const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
