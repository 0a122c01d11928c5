import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ifAny, writeFileAtomic } from '@bit-repro/artifacts';
import { datasetFolder } from '@bit-repro/data';
import { engineEnvironment, provision } from '@bit-repro/engine';
import { z } from 'zod';
import { bench, command, harness, hasPeer, newFolder, node, shortArguments } from '../commands.ts';
import { readProcessor, relativeDifference } from '../processor.ts';
import { readResults } from '../results.ts';
import { bitsOf, eventsOf, foldersOf, lossesOf } from '../runs.ts';
import { crop, isSmall, networks, processorFile, python, shortNetwork, weightsFile } from '../settings.ts';
import type { Finding, Step } from '../steps.ts';

/** Largest relative difference of logits and losses between two machines, or between two programs. */
const tolerance = 1e-4;
const images = 16;
const logitsSchema = z.object({ logits: z.array(z.array(z.number())) });
const lossesSchema = z.object({ losses: z.array(z.number()) });
const writtenSchema = z.object({ sha256: z.string() });

/** Holds differences, by what they are from, to the tolerance; none at all is a problem, too. */
function judged(value: Record<string, z.core.util.JSONType>, differences: Record<string, number>): Finding {
  const entries = Object.entries(differences);
  const large = entries.filter(([, difference]) => !(difference < tolerance));
  const problem =
    entries.length === 0
      ? 'there was nothing to compare with: neither PyTorch with timm nor processor.json'
      : large
          .map(([from, difference]) => `differs from ${from} by ${difference.toExponential(1)}`)
          .join(', ');
  return { value: { ...value, differences }, ...(problem !== '' && { problem }) };
}

async function logitsOf(network: string): Promise<Finding> {
  const out = join(await newFolder('logits'), 'logits.json');
  const weights = ['--weights', weightsFile(network)];
  const counts = ['--first', String(images), '--crop', String(crop)];
  await harness('logits', '--model', network, ...weights, ...counts, '--out', out);
  const { logits } = logitsSchema.parse(JSON.parse(await readFile(out, 'utf8')));
  const differences: Record<string, number> = {};
  if (await hasPeer()) {
    const json = `${out}.difference`;
    const batch = join(datasetFolder('cifar10'), 'test_batch.bin');
    const on = isSmall ? [] : ['--device', 'cuda', '--precision', 'float32'];
    const script = 'tools/reference/compare_logits.py';
    // It fails by itself where the difference is large, and has written it then.
    const failed = await command(python, [
      script,
      network,
      weightsFile(network),
      out,
      batch,
      '--crop',
      String(crop),
      '--json',
      json,
      ...on,
    ]).then(
      () => undefined,
      (error: unknown) => error,
    );
    const text = await ifAny(json, (file) => readFile(file, 'utf8'));
    if (text === undefined) throw failed;
    differences.PyTorch = z
      .object({ relativeDifference: z.number() })
      .parse(JSON.parse(text)).relativeDifference;
  }
  const expected = (await readProcessor())?.logits[network];
  if (expected !== undefined) differences.processor = relativeDifference(logits.flat(), expected.flat());
  return judged({ logits }, differences);
}

/** Does the short run, from the start, into a store of its own; the run's folder. */
async function shortRun(...options: string[]): Promise<string> {
  const folder = await newFolder('short');
  const runs = join(folder, 'runs');
  await harness('run', ...shortArguments(), '--runs', runs, '--reports', folder, ...options);
  return (await foldersOf(runs))[0]!;
}

async function losses(): Promise<Finding> {
  const found = await lossesOf(await shortRun());
  const expected = (await readProcessor())?.losses[shortNetwork];
  const differences: Record<string, number> =
    expected === undefined ? {} : { processor: relativeDifference(found, expected) };
  return judged({ losses: found }, differences);
}

/** Kills a worker once it has left a checkpoint in the middle; the harness starts another, which goes on. */
async function resume(): Promise<Finding> {
  const undisturbed = await bitsOf(await shortRun('--save-weights'));
  const folder = await newFolder('killed');
  const runs = join(folder, 'runs');
  const where = ['--runs', runs, '--reports', folder];
  const going = harness('run', ...shortArguments(), ...where, '--save-weights', '--checkpoint-every=0');
  const state = { isGoing: true };
  const ended = going.finally(() => {
    state.isGoing = false;
  });
  let killed: number | undefined;
  while (state.isGoing && killed === undefined) {
    killed = await killAfterCheckpoint(runs);
    await wait(20);
  }
  await ended;
  const [run] = await foldersOf(runs);
  const resumed = (await eventsOf(run!)).find(({ kind }) => kind === 'resumed')?.step;
  const isSame = (await bitsOf(run!)).every((digest, at) => digest === undisturbed[at]);
  const problem =
    killed === undefined
      ? 'the run ended before it could be killed'
      : resumed === undefined
        ? 'it did not go on from a checkpoint'
        : isSame
          ? undefined
          : 'result and weights are other than those of the undisturbed run';
  return {
    value: { killedAfterStep: killed ?? null, wentOnAfterStep: resumed ?? null, isSame },
    ...(problem !== undefined && { problem }),
  };
}

/** The step of the checkpoint after which a worker was killed. */
async function killAfterCheckpoint(runs: string): Promise<number | undefined> {
  const [run] = await foldersOf(runs);
  if (run === undefined) return undefined;
  const step = (await eventsOf(run)).findLast(({ kind }) => kind === 'checkpoint')?.step ?? 0;
  if (step < 3) return undefined;
  const ticket = await readFile(join(run, 'ticket.json'), 'utf8').catch(() => undefined);
  if (ticket === undefined) return undefined;
  // The local launcher's job: the host's name and the worker's process.
  const { job } = z.object({ job: z.string() }).parse(JSON.parse(ticket));
  try {
    process.kill(Number(job.split(':').at(-1)), 'SIGKILL');
  } catch {
    return undefined; // It has ended.
  }
  return step;
}

/** What kernels that give the same bits every time cost. */
async function determinism(): Promise<Finding> {
  const installation = await provision();
  const options = { size: isSmall ? 4 : 128, px: crop, steps: 5 };
  const under = (value: string): ReturnType<typeof bench> =>
    bench(shortNetwork, options, { ...engineEnvironment(installation), TF_DETERMINISTIC_OPS: value });
  const [withIt, without] = [await under('1'), await under('0')];
  const cost = (part: 'train' | 'eval'): number =>
    without[part].imagesPerSecond / withIt[part].imagesPerSecond - 1;
  return {
    value: { ...options, with: withIt, without, costOfTraining: cost('train'), costOfScoring: cost('eval') },
  };
}

/** Makes processor.json anew of the results of a processor. */
async function record(folder: string): Promise<Finding> {
  const { flavour, tensorflowVersion } = await provision();
  if (flavour !== 'cpu') throw new Error('Expected a processor: set CUDA_VISIBLE_DEVICES= for all steps');
  const results = await readResults(folder);
  const before = await readProcessor();
  const logits = networks.map(
    (network) => [network, logitsSchema.parse(results[`logits-${network}`]?.value).logits] as const,
  );
  const made = {
    made: `${new Date().toISOString().slice(0, 10)}, by the processor, TensorFlow ${tensorflowVersion}`,
    logits: { ...before?.logits, ...Object.fromEntries(logits) },
    losses: { ...before?.losses, [shortNetwork]: lossesSchema.parse(results.losses?.value).losses },
  };
  await writeFileAtomic(processorFile, `${JSON.stringify(made)}\n`);
  return { value: processorFile };
}

/** Does it compute the right numbers, and the same each time? */
export const right: readonly Step[] = [
  ...networks.map((network): Step => ({
    name: `weights-${network}`,
    seconds: 180,
    run: async () => {
      await rm(weightsFile(network), { force: true });
      const output = await node(['tools/gpu/src/inside/writeWeights.ts', network, weightsFile(network)]);
      return { value: writtenSchema.parse(JSON.parse(output.trimEnd().split('\n').at(-1)!)) };
    },
  })),
  ...networks.map((network): Step => ({
    name: `logits-${network}`,
    seconds: 240,
    run: () => logitsOf(network),
  })),
  { name: 'losses', seconds: 240, run: losses },
  {
    name: 'canary',
    seconds: 240,
    run: async () => ({
      value: (await harness('canary', ...shortArguments(), '--runs', await newFolder('canary')))
        .trimEnd()
        .split('\n')
        .at(-1)!,
    }),
  },
  { name: 'resume', seconds: 360, run: resume },
  { name: 'determinism', seconds: 240, run: determinism },
  { name: 'record', seconds: 30, isOnDemand: true, run: record },
];
