import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorFlow } from '@bit-repro/engine';
import type { RunRecord } from '@bit-repro/runs';
import { pointsOf } from './points.ts';

/**
 * Writes the curves of runs as TensorFlow’s event files into `folder`, for each run a folder of its ID, which TensorBoard shows as its name.
 */
export async function writeEventFiles(
  tf: TensorFlow,
  folder: string,
  runs: readonly RunRecord[],
  signal?: AbortSignal,
): Promise<void> {
  for (const run of runs) {
    signal?.throwIfAborted();
    const ofRun = join(folder, run.id);
    await mkdir(ofRun, { recursive: true });
    const points = await pointsOf(run);
    const writer = tf.node.summaryFileWriter(ofRun);
    for (const { metric, value, step } of points) writer.scalar(metric, value, step);
    writer.flush();
    close(writer);
    // TensorFlow names the file after this machine and the time of the export.
    for (const name of await readdir(ofRun))
      await rename(join(ofRun, name), join(ofRun, `events.out.tfevents.${secondsOf(run)}.bit-repro`));
  }
}

/** tfjs has no operation for it, and a file that is open for each run would be too many. */
function close(writer: ReturnType<TensorFlow['node']['summaryFileWriter']>): void {
  const { backend, resourceHandle } = writer as unknown as {
    backend: {
      executeMultipleOutputs: (name: string, attributes: [], inputs: [unknown], outputs: 0) => void;
    };
    resourceHandle: { dispose: () => void };
  };
  backend.executeMultipleOutputs('CloseSummaryWriter', [], [resourceHandle], 0);
  resourceHandle.dispose();
}

const secondsOf = ({ timing }: RunRecord): number => Math.floor(Date.parse(timing.finishedAt) / 1000);
