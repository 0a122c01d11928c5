import { setImmediate } from 'node:timers/promises';
import { counted, exitCodes, inLine, InputError } from '@bit-repro/artifacts';
import { claimOf, loadTarget, referenceModel, type Target, type VerdictRule } from '@bit-repro/experiment';
import type { Claim } from '@bit-repro/metrics';
import { wrapped, type CommandContext } from '@bit-repro/terminal';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { cases, isSpreadKnown, simulateCase, simulatedLines, type Outcome } from './simulation.ts';

export interface SimulateOptions extends ExperimentOptions {
  replications: number;
  seed: number;
}

/**
 * Prints how often an experiment's verdicts would be right and wrong, for each claim whose single runs are known.
 *
 * @throws InputError if the experiment has no verdict; whatever `planOf` throws; the reason of the signal.
 */
export async function simulate(
  configFile: string,
  { replications, seed, ...options }: SimulateOptions,
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
  const { found, standIn } = claimsOf([...new Set(planned.map(({ model }) => model))], target, rule);
  print(`${experiment.title}
looks at ${rule.looks.join(', ')} seeds, one-sided level ${rule.alpha} at each
${counted(replications, 'replication')} of each case, drawn by seed ${seed}`);
  if (standIn !== undefined) {
    const why = `nothing is published of the networks of the profile ${profile}: these are the numbers of ${standIn}`;
    print(wrapped(why));
  }
  const unknown: string[] = [];
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
    print(['', title, ...simulatedLines(claim, rule, outcomes)].join('\n'));
  }
  if (unknown.length > 0) {
    print(
      `\nnot simulated: without single runs their spread is not known\n${unknown.map((title) => `  ${title}`).join('\n')}`,
    );
  }
  return exitCodes.done;
}

interface NamedClaim {
  title: string;
  claim: Claim;
}

/** What is claimed of these networks where the rule has a margin; of the target's reference, if nothing is. */
function claimsOf(
  models: readonly string[],
  target: Target,
  rule: VerdictRule,
): { found: NamedClaim[]; standIn?: string } {
  const of = (networks: readonly string[]): NamedClaim[] =>
    rule.margins.flatMap(({ shots, points }) =>
      networks.flatMap((model): NamedClaim[] => {
        const claim = claimOf(target, rule, { model, shots });
        const title = `${model}, ${shots === 'all' ? 'all images' : counted(shots, 'shot')}, margin ±${points}`;
        return claim === undefined ? [] : [{ title, claim }];
      }),
    );
  const found = of(models);
  const reference = referenceModel(target);
  return found.length > 0 ? { found } : { found: of([reference]), standIn: reference };
}
