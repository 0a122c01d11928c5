import { datasetAmong } from '../task.ts';
import type { ReportData } from '../reportData.ts';
import { listOf } from './words.ts';

/** That the accuracies are of some of the test images; empty where they are of all. */
export function sampledNotice({ groups, datasets }: Pick<ReportData, 'groups' | 'datasets'>): string {
  const sizes = new Set(
    groups.flatMap((group) => {
      if (group.testImages === undefined) return [];
      const { testImages, title } = datasetAmong(datasets, group);
      return [`${inDigits(group.testImages)} of the ${inDigits(testImages)} test images of ${title}`];
    }),
  );
  if (sizes.size === 0) return '';
  const some = groups.every(({ testImages }) => testImages !== undefined) ? 'The' : 'Some';
  return `${some} accuracies are of ${listOf([...sizes])}, evenly spread. They are not held to published ones, which are of all.`;
}

const inDigits = (count: number): string => count.toLocaleString('en');
