import { ExplainedError, fine, wrong, type Finding } from '@bit-repro/artifacts';
import { describeImages, layoutNamed, nameOfDataset, type LayoutName } from '@bit-repro/data';
import { describedInWords } from '../describedInWords.ts';

/** Where a data set is whose files are never fetched, and how much of it is there. It is listed, but not read. */
export async function examineImageFiles(layout: LayoutName): Promise<Finding> {
  const { title, variable, folder } = layoutNamed(layout);
  if (folder === undefined)
    return fine(title, `${variable} is not set; only experiments on ${layout} need it`);
  try {
    const described = await describeImages({ folder, layout });
    const isWhole = nameOfDataset(described) === layout;
    return fine(
      title,
      `${isWhole ? 'whole, by the number of files' : 'incomplete'}, in ${folder}: ${describedInWords(described)}`,
    );
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return wrong(title, 'experiments cannot use it', error.message, error.remedy);
  }
}
