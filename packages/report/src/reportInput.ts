import type { Experiment, Target, PlannedRun } from '@bit-repro/experiment';
import type { RunRecord } from '@bit-repro/runs';
import type { LeftOutRun } from './leftOut.ts';
import type { ArmPair } from './contrasts.ts';
import type { Publication } from './publication.ts';
import type { RunExtras } from './runExtras.ts';

/** What a report says of an experiment. */
type ReportedExperiment = Pick<
  Experiment,
  'name' | 'title' | 'description' | 'target' | 'datasets' | 'verdict'
> & {
  profiles: readonly {
    name: string;
    title: string;
    arms: readonly { name: string; title: string }[];
    /** By names of arms; where the config has no list, later arms are compared with the first. */
    compare?: readonly ArmPair[];
  }[];
};

/** What a report is made of. */
export interface ReportInput {
  experiment: ReportedExperiment;
  /** The one of the experiment's profiles that was run. */
  profile: string;
  planned: readonly PlannedRun[];
  /** The finished ones of `planned`. */
  records: readonly RunRecord[];
  /** By run id; what is not known is left out of the report. */
  extras?: ReadonlyMap<string, RunExtras>;
  /** Why runs of `planned` are not finished, where that is known. */
  failures?: readonly { run: PlannedRun; reason: string }[];
  /** Runs of these recipes that are not counted. */
  leftOut?: readonly LeftOutRun[];
  target?: Target;
  /** When the report is made. */
  generatedAt: Date;
  /** The commit of the code that makes it, where that is without uncommitted changes. */
  commit?: string;
  /** Where that and the runs' code can be read; absent where it is not known to be anywhere. */
  publication?: Publication;
  /** The machine that draws its PNG files; by default this one. */
  platform?: string;
}
