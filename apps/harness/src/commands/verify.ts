import { randomInt } from 'node:crypto';
import { join, relative, resolve } from 'node:path';
import { unpackArchive } from '@bit-repro/archive';
import { verifyReport, type NotCompared, type Surroundings } from '@bit-repro/report';
import { counted, exitCodes, partlyVerified } from '@bit-repro/artifacts';
import { painted, printJson, wrapped, type CommandContext, type PrintOptions } from '@bit-repro/terminal';
import { archiveBeside } from './archiveBeside.ts';
import { withTemporaryFolder } from './temporaryFolder.ts';

export interface VerifyOptions {
  runs: string;
  json?: boolean;
  archive?: string;
  /** How many of the report's runs to carry out again. */
  rerun?: number;
  /** Draws them; by default a random one, which nobody can have expected. */
  seed?: number;
}

/**
 * Recomputes a report from its runs, and prints what was compared and what was not.
 *
 * @throws ExplainedError at the first thing that does not hold.
 */
export async function verify(
  file: string,
  options: VerifyOptions,
  given: CommandContext,
  surroundings?: Surroundings,
): Promise<number> {
  const context = {
    ...given,
    print: (line: string, options?: PrintOptions) => {
      given.print(options?.asIs === true ? line : wrapped(line), options);
    },
  };
  const page = resolve(file);
  const verifyWith = (store: string): Promise<number> =>
    verifyFrom(page, store, options, context, surroundings);
  const archive = options.archive ?? (await archiveBeside(page, options.runs));
  if (archive === undefined) return verifyWith(resolve(options.runs));
  context.print(`runs from ${relative('.', archive)}`);
  return withTemporaryFolder('verify', async (folder) => {
    await unpackArchive(resolve(archive), folder);
    return verifyWith(join(folder, 'runs'));
  });
}

async function verifyFrom(
  file: string,
  store: string,
  { rerun: count, seed = randomInt(2 ** 31), json }: VerifyOptions,
  context: CommandContext,
  surroundings: Surroundings | undefined,
): Promise<number> {
  const { print } = context;
  const { records, numbers, files, notCompared } = await verifyReport(file, store, surroundings);
  print(
    `${counted(records.length, 'run is', 'runs are')} unchanged since the report was made, and none contradicts itself`,
  );
  print(`${counted(numbers, 'number follows', 'numbers follow')} from them, and the page shows no others`);
  if (files.length > 0) print(`identical to the byte: ${files.join(', ')}`);
  let again: string[] = [];
  if (count !== undefined && records.length > 0) {
    const { drawn, rerun } = await import('./rerun.ts');
    const chosen = drawn(records, count, seed);
    again = chosen.map(({ id }) => id);
    print(`run again, drawn with --seed ${seed}: ${again.join(', ')}\n`);
    notCompared.push(...(await rerun(chosen, context)));
  }
  const counts = { runs: records.length, carriedOut: again.length };
  for (const line of conclusion(notCompared, counts)) print(line);
  if (json) {
    printJson(print, {
      report: file,
      verdict: verdictOf(notCompared),
      runs: records.map(({ id }) => id),
      numbers,
      identicalFiles: files,
      rerun: again,
      ...(again.length > 0 && { seed }),
      notCompared,
    });
  }
  return notCompared.length === 0 ? exitCodes.done : partlyVerified;
}

const verdictOf = (notCompared: readonly NotCompared[]): string =>
  notCompared.length === 0 ? 'verified' : 'partly verified';

/**
 * What verification comes to: a line for each part that was not compared, and then the verdict.
 *
 * @param carriedOut how many of the runs were carried out again.
 */
export function conclusion(
  notCompared: readonly NotCompared[],
  { runs, carriedOut }: { runs: number; carriedOut: number },
): string[] {
  const gaps = notCompared.map(({ what, how }) => `not compared: ${what}; to compare, ${how}`);
  const verdict = painted(verdictOf(notCompared), gaps.length === 0 ? 'good' : 'unsure');
  if (carriedOut === 0) {
    const howTo = 'the runs were not carried out again; `--rerun K` does so for K of them';
    return [howTo, ...gaps, verdict];
  }
  const were = carriedOut === 1 ? 'was' : 'were';
  return [...gaps, `${verdict}; ${carriedOut} of ${counted(runs, 'run')} ${were} carried out again`];
}
