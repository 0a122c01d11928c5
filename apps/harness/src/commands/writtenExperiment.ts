import { counted } from '@bit-repro/artifacts';
import type { SurveyedDataset } from '@bit-repro/data';
import { modelNamed } from '@bit-repro/experiment';
import { architectureNamed } from '@bit-repro/model';
import { resolutionFor, trainingBytes } from '@bit-repro/trainer';

export interface Answers {
  name: string;
  /** The experiment's own path, for its comment. */
  file: string;
  /** Relative to the experiment. */
  folder: string;
  dataset: SurveyedDataset;
  /** A published network. */
  model: string;
  shots: readonly string[];
  seeds: string;
}

/** The YAML of an experiment on a folder of images, with comments on what can be changed. */
export function writtenExperiment({ name, file, folder, dataset, model, shots, seeds }: Answers): string {
  const { title, classes, trainingImages, testImages, imageSize } = dataset;
  const { resize, crop } = resolutionFor(imageSize.width, imageSize.height);
  const sized = `# images are resized to ${resize} px and cropped to ${crop} px, as BiT-HyperRule does for images of this size`;
  return `# Your own images, made by \`npx harness init\`. All keys are explained in docs/configuration.md.
#
#   npx harness validate ${file}    checks it after a change
#   npx harness plan ${file}        forecasts its time and memory
#   npx harness run ${file}         runs what is missing, and writes reports/${name}/report.html

name: ${name}
title: ${JSON.stringify(`${title}, few-shot`)}
# ${classes.length} classes, ${counted(trainingImages, 'training image')}, ${counted(testImages, 'test image')}; where there is no test folder, a fifth of each class is held out
dataset: { folder: ${JSON.stringify(folder)} }
shots: [${shots.join(', ')}] # training images of each class
seeds: { count: ${seeds} } # each draws training images of its own

arms: # recipes that the report compares; add one to try another learning rate
  - name: bit-hyperrule
    title: BiT-HyperRule

profiles: # the first that fits the machine is used
  paper:
    title: ${model} as published
    minGpuMemory: ${gpuMemory(model, crop, classes.length)} GiB # an estimate, for the smallest micro-batch
    model: ${model} # fetched when it is first needed
    ${sized}
  embedded:
    title: BiT-mini (stand-in), not BiT-M
    model: BiT-mini # a small network in this repository, for any machine; its accuracy says nothing about BiT
    weights: embedded
    batch: 64
    schedule: { supports: [10, 20, 30, 40, 50] } # BiT-HyperRule's shape, a tenth as long
    resize: 80
    crop: 64
`;
}

/** In GiB: what fine-tuning needs for a single image at a time, and a little more. */
function gpuMemory(model: string, crop: number, classes: number): number {
  const architecture = architectureNamed(modelNamed(model).architecture);
  const bytes = trainingBytes(architecture, { crop, classes, precision: 'float32' }, 1);
  return Math.ceil((1.25 * bytes) / 2 ** 30);
}
