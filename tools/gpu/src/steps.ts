import type { z } from 'zod';
import { computes } from './steps/computes.ts';
import { job } from './steps/job.ts';
import { right } from './steps/right.ts';
import { speed } from './steps/speed.ts';
import { summary } from './steps/summary.ts';

/** What a step found, to be kept as JSON, and what is wrong with it. */
export interface Finding {
  value?: z.core.util.JSONType;
  problem?: string;
}

export interface Step {
  name: string;
  /** The longest it may take. */
  seconds: number;
  /** Done when it is named, and only then. */
  isOnDemand?: true;
  /** @param results the folder of the results so far. Whatever it throws is its problem. */
  run: (results: string) => Promise<Finding>;
}

/** In this order: the smallest questions first. */
export const steps: readonly Step[] = [...computes, ...right, ...job, ...speed, ...summary];

/** Those of this name, or whose names begin with these words: `speed-R50x3` names six. */
export const stepsNamed = (words: string): readonly Step[] =>
  steps.filter(({ name }) => `${name}-`.startsWith(`${words}-`));
