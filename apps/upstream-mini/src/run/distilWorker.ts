import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile, writeFileAtomic, type Progress } from '@bit-repro/artifacts';
import { loadEngine, provision } from '@bit-repro/engine';
import { architectureNamed, countParameters, writeNpz } from '@bit-repro/model';
import { distil } from '../distil/distil.ts';
import type { DistilMessage } from './distilMessage.ts';
import { distillationTargets } from '../distil/targets.ts';
import { teacherFeatures } from '../teacher/teacherFeatures.ts';
import { openDataset } from '@bit-repro/data';
import { readJson, runFiles, toJson } from '@bit-repro/runs';
import { upstreamFiles, upstreamKey, upstreamSpecSchema, type UpstreamResult } from './records.ts';

const secondsBetweenCheckpoints = 300;

/**
 * Runs the distillation specified in `folder` in this process. Events go to `events.jsonl` and to `tell`. The
 * network is written as float16 with the published tensor names, and the result last.
 */
export async function distilInFolder(
  folder: string,
  tell: (message: DistilMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const spec = await readJson(folder, runFiles.spec, upstreamSpecSchema);
  const { recipe } = spec;
  const startedAt = new Date();
  const engine = loadEngine(await provision({ flavour: spec.engine.flavour, signal }));
  const data = await openDataset('cifar10', { signal });
  const onProgress = (progress: Progress): void => {
    tell({ kind: 'preparing', ...progress });
  };
  const features = await teacherFeatures({ engine, data, px: recipe.teacherPx, onProgress, signal });
  const targets = await distillationTargets(engine.tf, features, {
    ...recipe,
    onProgress: (done, total) => {
      onProgress({ label: 'neighbours of the images', done, total, unit: 'items' });
    },
    signal,
  });
  let writing = Promise.resolve();
  const outcome = await distil({
    engine,
    recipe,
    data,
    targets,
    targetsKey: features.sha256,
    onEvent: (event) => {
      tell(event);
      const line = `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`;
      writing = writing.then(() => appendFile(join(folder, runFiles.events), line));
    },
    checkpoints: { folder, everySeconds: secondsBetweenCheckpoints },
    signal,
  }).finally(() => writing);
  const file = join(folder, upstreamFiles.network);
  await writeNpz(file, outcome.weights, { type: 'float16' });
  const finishedAt = new Date();
  const result: UpstreamResult = {
    key: upstreamKey(spec),
    loss: outcome.loss,
    nearestCentroid: outcome.nearestCentroid,
    network: {
      parameters: countParameters(architectureNamed(recipe.architecture)),
      type: 'float16',
      bytes: (await stat(file)).size,
      sha256: await digestFile(file, 'sha256'),
    },
  };
  const timing = {
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    seconds: (finishedAt.getTime() - startedAt.getTime()) / 1000,
  };
  await writeFileAtomic(join(folder, runFiles.timing), toJson(timing));
  await writeFileAtomic(join(folder, runFiles.result), toJson(result));
}
