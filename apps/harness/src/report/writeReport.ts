import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { layouts } from './figureParts.ts';
import { figureSpec } from './figureSpec.ts';
import { renderPng, renderSvg } from './renderFigure.ts';
import { buildReportData, type ReportData, type ReportInput } from './reportData.ts';
import { renderTemplate, safeMarkup } from './templates.ts';
import { viewOf } from './view.ts';

/** Files of a report in its folder. */
export const reportFiles = {
  markdown: 'report.md',
  html: 'report.html',
  svg: 'figure.svg',
  png: 'figure.png',
  /** The figure as Vega-Lite, with its data. */
  spec: 'figure.vl.json',
  /** Every number, with the runs it is from. */
  data: 'data.json',
} as const;

/**
 * Writes the report of an experiment into `folder` and returns its numbers. Runs that are missing are told in it. The same
 * input gives the same bytes; a file is replaced only by a whole one.
 *
 * @throws ArtifactError when a file cannot be written.
 */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportData> {
  const data = buildReportData(input);
  const spec = figureSpec(data);
  const svg = await renderSvg(spec);
  const phoneSvg = await renderSvg(figureSpec(data, layouts.phone));
  const view = viewOf(data);
  const style = await readFile(new URL('report.css', import.meta.url), 'utf8');
  const page = {
    ...view,
    style: safeMarkup(style),
    figure: safeMarkup(svg),
    phoneFigure: safeMarkup(phoneSvg),
  };
  const files: Record<keyof typeof reportFiles, string | Uint8Array> = {
    data: toJson(data),
    spec: toJson(spec),
    svg,
    png: renderPng(svg),
    markdown: await renderTemplate('md', view),
    html: await renderTemplate('html', page),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(join(folder, reportFiles[name as keyof typeof reportFiles]), content);
  }
  return data;
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
