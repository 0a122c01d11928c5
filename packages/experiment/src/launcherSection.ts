import type { z } from 'zod';
import type { PlacedProblem } from './yaml/errors.ts';

/** What an experiment may say to one launcher of jobs, under a key of its own. */
export interface LauncherSection<Options = unknown> {
  /** The key in the experiment. */
  readonly key: string;
  /** Its description is that of the key. */
  readonly schema: z.ZodType<Options>;
  /** With paths made absolute that are relative to the experiment's file. */
  atFile?(options: Options, file: string): Options;
  /** What is wrong with well-formed options; paths are within the section. */
  problems?(options: Options): PlacedProblem[];
  /** Of the GPUs that its jobs compute on, where the options say; by it the precision of runs is checked. */
  computeCapability?(options: Options): number | undefined;
}

/** What an experiment says to launchers, by their keys; only the launcher knows what it means. */
export type LauncherOptions = Readonly<Record<string, unknown>>;
