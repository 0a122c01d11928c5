import { counted } from '@bit-repro/artifacts';
import type { SurveyedDataset } from '@bit-repro/data';

/** What is known of image files that were listed, but not read. */
export const describedInWords = ({
  title,
  classes,
  trainingImages,
  testImages,
  smallestClass,
  imageSize,
}: SurveyedDataset): string =>
  `${title}: ${counted(classes.length, 'class', 'classes')}, ${counted(trainingImages, 'training image')} (at least ${smallestClass} of each class), ${counted(testImages, 'test image')}, typically ${imageSize.width} x ${imageSize.height} px`;
