/** What other programs call the keys of an experiment, without hyphens and underscores, and its name here. */
const otherNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    lr: 'baseLr',
    learningrate: 'baseLr',
    bs: 'batch',
    batchsize: 'batch',
    gradientaccumulation: 'batchSplit',
    accumulate: 'batchSplit',
    dtype: 'precision',
    network: 'model',
    arch: 'model',
    architecture: 'model',
    backbone: 'model',
    pretrained: 'weights',
    checkpoint: 'weights',
    epochs: 'schedule',
    steps: 'schedule',
    maxsteps: 'schedule',
    imagesize: 'crop',
    evalevery: 'evaluateEvery',
    data: 'dataset',
    samples: 'shots',
    repeats: 'seeds',
    sweep: 'grid',
    variants: 'arms',
    label: 'title',
  }),
);

/** The key of an experiment that other programs call so. */
export const keyCalled = (name: string): string | undefined =>
  otherNames.get(name.replaceAll(/[-_]/g, '').toLowerCase());
