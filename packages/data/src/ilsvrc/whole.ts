/** Its name in prose. */
export const ilsvrcTitle = 'ILSVRC-2012';

/** ILSVRC-2012 as it was published. */
export const whole = { classCount: 1000, trainingImages: 1_281_167, testImages: 50_000 };

/** Whether a listing of ILSVRC-2012 is of all its images, by their numbers. */
export const isWhole = ({ classCount, trainingImages, testImages }: typeof whole): boolean =>
  classCount === whole.classCount &&
  trainingImages === whole.trainingImages &&
  testImages === whole.testImages;
