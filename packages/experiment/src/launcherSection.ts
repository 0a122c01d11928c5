import type { z } from 'zod';
import type { PlacedProblem } from './yaml/errors.ts';

/** The section of an experiment with the options of one launcher. */
export interface LauncherSection<Options = unknown> {
  /** The key in the experiment. */
  readonly key: string;
  /** Its description becomes that of the key. */
  readonly schema: z.ZodType<Options>;
  /** Makes paths that are relative to the experiment's file absolute. */
  atFile?(options: Options, file: string): Options;
  /** Problems of well-formed options, with paths inside the section. */
  problems?(options: Options): PlacedProblem[];
  /**
   * Compute capability of the GPUs that its jobs use, if the options give it; used to check the precision of
   * runs.
   */
  computeCapability?(options: Options): number | undefined;
}

/** Options of launchers by key, which only the launchers interpret. */
export type LauncherOptions = Readonly<Record<string, unknown>>;
