import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ExplainedError } from '@bit-repro/artifacts';
import type { Predictions } from '@bit-repro/metrics';
import {
  eventsIn,
  readRecord,
  runFiles,
  type RunRecord,
  RunStore,
  sha256Of,
  toJson,
  writeResult,
} from '@bit-repro/runs';
import { decodePredictions, encodePredictions } from '@bit-repro/trainer';
import { expect } from 'vitest';
import { findLeftOut } from '../src/leftOut.ts';
import { reportFiles } from '../src/reportFiles.ts';
import { readExtras } from '../src/runExtras.ts';
import { writeReport } from '../src/writeReport.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';
import { type StoredReport, verifyMadeUp } from '../testing/storedReport.ts';

type Event = NonNullable<ReturnType<typeof eventsIn> extends Generator<{ event: infer E }> ? E : never>;

/** What a forger changes in a run: its records, and the lines of its events. */
export type Run = Pick<RunRecord, 'spec' | 'provenance' | 'result'> & { events: Event[] | undefined };

/** A copy of a genuine report and its runs, and what a forger does to them. */
export class Forger {
  readonly #copy: StoredReport;

  private constructor(copy: StoredReport) {
    this.#copy = copy;
  }

  /** Works on a copy; `forget` removes it. */
  static async of({ runs, ids }: StoredReport): Promise<Forger> {
    const folder = await mkdtemp(join(tmpdir(), 'bit-repro-forged-'));
    await cp(dirname(runs), folder, { recursive: true });
    return new Forger({
      runs: join(folder, 'runs'),
      report: join(folder, 'reports/fig6', reportFiles.html),
      ids,
    });
  }

  forget(): Promise<void> {
    return rm(dirname(this.#copy.runs), { recursive: true });
  }

  /** Id of the run at a place of the plan. */
  id(index: number): string {
    return this.#copy.ids[index]!;
  }

  /** Changes the text of a file of the report. */
  async edit(change: (text: string) => string, name: string = reportFiles.html): Promise<void> {
    const file = join(dirname(this.#copy.report), name);
    const before = await readFile(file, 'latin1');
    const after = change(before);
    expect(after).not.toBe(before);
    await writeFile(file, after, 'latin1');
  }

  /** The page. */
  text(): Promise<string> {
    return readFile(this.#copy.report, 'utf8');
  }

  /** Puts a file beside the report. */
  place(name: string, content: string): Promise<void> {
    return writeFile(join(dirname(this.#copy.report), name), content);
  }

  /** Claims that other code made the page, so that its words cannot be made again. */
  claimOtherCode(): Promise<void> {
    return this.edit((html) => html.replace(/("generator":")[0-9a-f]{64}/, `$1${'0'.repeat(64)}`));
  }

  async read(index: number): Promise<Run & Pick<RunRecord, 'timing'>> {
    const folder = join(this.#copy.runs, this.id(index));
    const { spec, provenance, result, timing } = await readRecord(folder, 'glance');
    const content = await readFile(join(folder, runFiles.events));
    const events = [...eventsIn(content)].flatMap(({ event }) => event ?? []);
    return { spec, provenance, result, timing, events };
  }

  /** Changes a run's files and seals them again, under their right checksums. */
  async alterRun(
    index: number,
    change: (run: Run) => Partial<Run>,
    {
      id = this.id(index),
      finishedAt,
      predictions,
    }: { id?: string; finishedAt?: string; predictions?: Buffer } = {},
  ): Promise<void> {
    const from = join(this.#copy.runs, this.id(index));
    const { timing, ...run } = await this.read(index);
    const { spec, provenance } = run;
    const forged = { ...run, ...change(run) };
    const folder = join(this.#copy.runs, id);
    if (folder !== from) await cp(from, folder, { recursive: true });
    // What is not changed keeps its bytes.
    if (forged.spec !== spec) await writeFile(join(folder, runFiles.spec), toJson(forged.spec));
    if (forged.provenance !== provenance)
      await writeFile(join(folder, runFiles.provenance), toJson(forged.provenance));
    const lines = forged.events?.map((event) => `${JSON.stringify(event)}\n`);
    if (lines === undefined) await rm(join(folder, runFiles.events));
    else await writeFile(join(folder, runFiles.events), lines.join(''));
    if (predictions !== undefined) await writeFile(join(folder, runFiles.predictions), predictions);
    const { resultSha256: _, sealed: __, ...rest } = timing;
    await writeResult(folder, forged.result, { ...rest, ...(finishedAt !== undefined && { finishedAt }) });
  }

  /** Changes what a run made of the test images, under right checksums. */
  async alterPredictions(index: number, change: (predictions: Predictions) => Predictions): Promise<void> {
    const file = join(this.#copy.runs, this.id(index), runFiles.predictions);
    const bytes = await encodePredictions(change(await decodePredictions(await readFile(file))));
    const predictionsSha256 = sha256Of(bytes);
    await this.alterRun(index, ({ result }) => ({ result: { ...result, predictionsSha256 } }), {
      predictions: bytes,
    });
  }

  /** Makes the report again from the runs as they are now, without looking at what they say of each other. */
  async remake(ids = this.#copy.ids): Promise<void> {
    const input = await madeUpInput('fig6', 'paper', likeThePaper);
    const records = await Promise.all(ids.map((id) => readRecord(join(this.#copy.runs, id), 'glance')));
    const extras = await readExtras(records);
    const leftOut = await findLeftOut(new RunStore(this.#copy.runs), input.planned, records);
    await writeReport({ ...input, records, extras, leftOut }, dirname(this.#copy.report));
  }

  /** What verification says of it. */
  async verdict(): Promise<string> {
    try {
      const { notCompared } = await verifyMadeUp(this.#copy);
      const parts = notCompared.map(({ what }) => what);
      return parts.length === 0 ? 'verified' : `partly verified, not compared: ${parts.join('; ')}`;
    } catch (error) {
      if (error instanceof ExplainedError) return `refused: ${error.message}`;
      throw error;
    }
  }
}
