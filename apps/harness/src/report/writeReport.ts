import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { figureSpec } from './figureSpec.ts';
import { renderPng, renderSvg } from './renderFigure.ts';
import { buildReportData, type ReportData, type ReportInput } from './reportData.ts';
import { renderTemplate } from './templates.ts';

/** Files of a report in its folder. */
export const reportFiles = {
  markdown: 'report.md',
  html: 'report.html',
  svg: 'figure.svg',
  png: 'figure.png',
  spec: 'figure.vl.json',
  data: 'data.json',
} as const;

/** Writes the report of an experiment into `folder` and returns its numbers. Runs that are missing are told in it. */
export async function writeReport(input: ReportInput, folder: string): Promise<ReportData> {
  const data = buildReportData(input);
  const spec = figureSpec(data);
  const svg = await renderSvg(spec);
  const view = viewOf(data);
  const { target, ...numbers } = data;
  const files: Record<keyof typeof reportFiles, string | Uint8Array> = {
    markdown: await renderTemplate('md', view),
    html: await renderTemplate('html', { ...view, svg }),
    svg,
    png: renderPng(svg),
    spec: `${JSON.stringify(spec, null, 2)}\n`,
    data: `${JSON.stringify(numbers, null, 2)}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(join(folder, reportFiles[name as keyof typeof reportFiles]), content);
  }
  return data;
}

/** What the templates show: every name they use, with what may be absent made explicit. */
function viewOf(data: ReportData): object {
  return {
    title: data.title,
    description: data.description ?? '',
    comparable: data.comparable,
    networkList: data.networks.join(' and '),
    figureAlt: `Top-1 accuracy by examples per class: ${data.groups
      .map(
        ({ arm, shots, summary }) =>
          `${arm}, ${shots} shot, median ${summary?.median.toFixed(2) ?? 'missing'} %`,
      )
      .join('; ')}`,
    groups: data.groups.map(({ summary, runs, arm, shots, paperMedian, mean2021 }) => ({
      arm,
      shots,
      paperMedian,
      mean2021,
      n: runs.length,
      eachSeed: runs.map(({ top1 }) => top1.toFixed(2)).join(', '),
      median: summary?.median,
      mean: summary?.mean,
      standardDeviation: summary?.standardDeviation,
      min: summary?.min,
      max: summary?.max,
    })),
    missing: data.groups.reduce((sum, group) => sum + group.missing, 0),
    planned: data.planned,
    departures: data.departures,
    departures2021: data.departures2021,
    profileTitle:
      data.profile.name === data.profile.title
        ? data.profile.name
        : `${data.profile.name}: ${data.profile.title}`,
    provenance: data.provenance,
    runs: data.runs,
  };
}
