import { expect, it } from 'vitest';
import { buildReportData } from '../src/reportData.ts';
import { figureWords } from '../src/view/figureWords.ts';
import { likeThePaper, madeUpFigure6, madeUpInput, nearChance } from '../testing/sample.ts';

it.each([
  ['of one recipe', () => madeUpInput('fig6', 'paper', likeThePaper)],
  ['of other networks', () => madeUpInput('fig6', 'embedded', nearChance)],
  ['of arms with long titles', () => madeUpInput('lr-and-schedule', 'embedded', nearChance)],
  ['of many networks on two data sets', () => madeUpFigure6(likeThePaper)],
])('the alternative text of each figure is short: %s', async (_, input) => {
  const data = buildReportData(await input());
  for (const name of ['figure', 'verdict', 'differences', 'curves', 'scatter', 'confusion'] as const) {
    const { alt } = figureWords(data, name);
    expect(alt.length).toBeGreaterThan(30);
    expect(alt.length).toBeLessThan(120);
  }
});
