import { setImmediate } from 'node:timers/promises';
import { counted, exitCodes, inLine, InputError } from '@bit-repro/artifacts';
import { datasetTitle, nameOfDataset } from '@bit-repro/data';
import {
  claimOf,
  loadTarget,
  marginFor,
  referenceModel,
  type PlannedRun,
  type Target,
  type VerdictRule,
} from '@bit-repro/experiment';
import type { Claim } from '@bit-repro/metrics';
import { printJson, wrapped, type CommandContext } from '@bit-repro/terminal';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { cases, isSpreadKnown, simulateCase, simulatedLines, type Outcome } from './simulation.ts';

export interface SimulateOptions extends ExperimentOptions {
  replications: number;
  seed: number;
  json?: boolean;
}

/**
 * Prints how often an experiment's verdicts would be right and wrong, for each claim whose single runs are known.
 *
 * @throws InputError if the experiment has no verdict; whatever `planOf` throws; the reason of the signal.
 */
export async function simulate(
  configFile: string,
  { replications, seed, json, ...options }: SimulateOptions,
  { print, signal }: CommandContext,
): Promise<number> {
  const { experiment, profile, planned } = await planOf(configFile, options);
  const { target: name, verdict: rule } = experiment;
  if (name === undefined || rule === undefined) {
    throw new InputError(
      `Expected an experiment with a verdict, found none in ${inLine(configFile)}`,
      'Add `target` and `verdict` to it (docs/configuration.md).',
    );
  }
  const target = await loadTarget(name);
  const { found, standIn } = claimsOf(planned, target, rule);
  // With --json, all but the last is for people.
  print(`${experiment.title}
looks at ${rule.looks.join(', ')} seeds, one-sided level ${rule.alpha} at each
${counted(replications, 'replication')} of each case, drawn by seed ${seed}`);
  if (standIn !== undefined) {
    const why = `nothing is published of the networks of the profile ${profile}: these are the numbers of ${standIn}`;
    print(wrapped(why));
  }
  const unknown: string[] = [];
  const simulated: { claim: string; outcomes: Outcome[] }[] = [];
  for (const { title, claim } of found) {
    if (!isSpreadKnown(claim)) {
      unknown.push(title);
      continue;
    }
    const outcomes: Outcome[] = [];
    for (const one of cases) {
      await setImmediate(); // or no signal would arrive
      signal.throwIfAborted();
      outcomes.push(simulateCase(one, claim, rule, { replications, seed }));
    }
    simulated.push({ claim: title, outcomes });
    print(['', title, ...simulatedLines(claim, rule, outcomes)].join('\n'));
  }
  if (unknown.length > 0) {
    print(
      `\nnot simulated: without single runs their spread is not known\n${unknown.map((title) => `  ${title}`).join('\n')}`,
    );
  }
  if (json) {
    const { name: experimentName } = experiment;
    printJson(print, { experiment: experimentName, profile, rule, replications, seed, simulated, unknown });
  }
  return exitCodes.done;
}

interface NamedClaim {
  title: string;
  claim: Claim;
}

/** What is claimed of the networks of runs where the rule has a margin; of the target's reference, if nothing is. */
function claimsOf(
  planned: readonly PlannedRun[],
  target: Target,
  rule: VerdictRule,
): { found: NamedClaim[]; standIn?: string } {
  const of = (networks: readonly string[], datasets: readonly string[]): NamedClaim[] =>
    rule.margins.flatMap((margin) =>
      datasets.flatMap((dataset) =>
        networks.flatMap((model): NamedClaim[] => {
          const { shots, points } = margin;
          const claim = claimOf(target, rule, { model, dataset, shots });
          if (claim === undefined || marginFor(rule, { dataset, shots }) !== margin) return [];
          const data = datasets.length > 1 ? ` on ${datasetTitle(dataset)}` : '';
          const seen = shots === 'all' ? 'all images' : counted(shots, 'shot');
          return [{ title: `${model}${data}, ${seen}, margin ±${points}`, claim }];
        }),
      ),
    );
  const found = of(
    [...new Set(planned.map(({ model }) => model))],
    [...new Set(planned.map(({ dataset }) => nameOfDataset(dataset)))],
  );
  const reference = referenceModel(target);
  if (found.length > 0) return { found };
  const meant = rule.margins.map(({ dataset = target.claims.dataset }) => dataset);
  return { found: of([reference], [...new Set(meant)]), standIn: reference };
}
