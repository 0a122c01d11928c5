import { counted, exitCodes, inLine, inTime, InputError } from '@bit-repro/artifacts';
import { groupOf, loadTarget, withSeeds, type PlannedRun } from '@bit-repro/experiment';
import type { Plan } from '@bit-repro/launch';
import { summarise } from '@bit-repro/metrics';
import { claimOn, type JudgedRuns, type ReportData } from '@bit-repro/report';
import { runId, type RunSpec } from '@bit-repro/runs';
import { taskCell } from '../progress/names.ts';
import type { CommandContext } from '@bit-repro/terminal';
import { carryOutPlan, type CarriedOut, type RunOptions } from './carryOutPlan.ts';

/**
 * Runs the seeds of the first look of the verdict's rule, judges them, and adds those of the next look where a verdict is still
 * inconclusive, until all are decided or the looks are out. What is looked at follows from the config and the runs alone, so the same
 * command goes on where it was interrupted.
 *
 * @throws InputError where there is no verdict to decide.
 */
export async function runUntilDecided(
  plan: Plan,
  options: RunOptions,
  context: CommandContext,
): Promise<number> {
  const { experiment } = plan;
  const { verdict } = experiment;
  const target = experiment.target === undefined ? undefined : await loadTarget(experiment.target);
  const isJudged = (run: PlannedRun): boolean => claimOn(run, { target, verdict }) !== undefined;
  if (verdict === undefined || !plan.planned.some(isJudged)) {
    throw new InputError(
      `Expected a verdict to decide in ${experiment.name}, profile ${plan.profile}, found ${verdict === undefined ? 'no rule for one' : 'no arm of a network and a recipe that its target has claims about'}`,
      'Run it without --until-decided, or choose a profile that runs what was published.',
    );
  }
  const { looks } = verdict;
  /** How many seeds each judged group has: those of the look that decided it, or of the newest. */
  const seeds = new Map<string, number>();
  for (const [index, look] of looks.entries()) {
    const isOpen = (run: PlannedRun): boolean => isJudged(run) && !seeds.has(groupOf(run));
    const planned = withSeeds(plan.planned, (run) => (isOpen(run) ? look : seeds.get(groupOf(run))));
    const carriedOut = await carryOutPlan({ ...plan, planned }, options, context, {
      look: { seeds: look, isFirst: index === 0 },
    });
    if (carriedOut.code !== exitCodes.done) return carriedOut.code;
    const groups = new Map(carriedOut.specs.map((spec, place) => [runId(spec), groupOf(planned[place]!)]));
    const ours = carriedOut.data.verdicts.filter(({ who }) => 'arm' in who);
    for (const judged of ours) {
      const { judgement, n } = judged;
      if (judgement === undefined || judgement.verdict === 'inconclusive') continue;
      seeds.set(groups.get(firstRunOf(judged))!, n);
    }
    const open = carriedOut.specs.filter((_, place) => isOpen(planned[place]!));
    const lines = [
      ...ours.map((judged) => verdictLine(judged, carriedOut.data.tasks)),
      nextLine({ look, next: looks[index + 1], open, ...carriedOut }),
    ];
    context.print(['', `look    ${look} seeds`, ...lines].join('\n'));
    if (open.length === 0) break;
  }
  return exitCodes.done;
}

const firstRunOf = ({ of }: JudgedRuns): string => ('runs' in of ? of.runs[0]! : '');

function verdictLine({ who, n, claim, judgement, ...task }: JudgedRuns, tasks: ReportData['tasks']): string {
  const name = 'arm' in who ? inLine(who.arm) : who.control;
  const place = `${taskCell(task, tasks)}  ${name}`;
  if (judgement === undefined) return `${place}: not judged yet`;
  if (judgement.difference.kind === 'refused')
    return `${place}: ${judgement.verdict}, as ${judgement.difference.reason}`;
  const { value, low, high } = judgement.difference;
  return `${place}: ${judgement.verdict} with ${n} seeds\n          ${inPoints(value)} points [${inPoints(low)}, ${inPoints(high)}], margin ±${claim.margin}`;
}

const inPoints = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;

/** What comes after a look, and what it costs. */
function nextLine({
  look,
  next,
  open,
  forecaster,
  workers,
}: { look: number; next: number | undefined; open: readonly RunSpec[] } & Pick<
  CarriedOut,
  'forecaster' | 'workers'
>): string {
  const undecided = open.length / look;
  if (undecided === 0) return 'done    every verdict is decided';
  if (next === undefined) return `done    the looks are out: ${counted(undecided, 'verdict')} inconclusive`;
  const more = (next - look) * undecided;
  const times = open.map((spec) => forecaster.forecast(spec).seconds);
  const seconds = Math.ceil(more / workers) * summarise(times).mean;
  return `next    ${next} seeds for ${counted(undecided, 'verdict')}: ${counted(more, 'more run')}, about ${inTime(seconds)}`;
}
