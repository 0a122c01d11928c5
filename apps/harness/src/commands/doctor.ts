import { type Finding, indented, exitCodes } from '@bit-repro/artifacts';
import { examineCode } from '../doctor/code.ts';
import { examineData } from '../doctor/data.ts';
import { examineEngine } from '../doctor/engine.ts';
import { clusterLaunchers } from '../launchers.ts';
import { type CommandContext, painted, printJson, tableLines } from '@bit-repro/terminal';

/** Prints what a bug report needs, the problems it finds, and their remedies. Fails if nothing can run. */
export async function doctor({ json }: { json: boolean }, { print }: CommandContext): Promise<number> {
  const findings: Finding[] = [];
  const launchers = (await clusterLaunchers()).map((one) => () => one.examine());
  for (const examine of [examineCode, examineEngine, examineData, ...launchers]) {
    for (const finding of await examine()) {
      findings.push(finding);
      if (json) continue;
      const isFine = finding.problem === undefined;
      const mark = isFine ? painted(' ok ', 'good') : painted(' !! ', 'bad');
      const label = `${mark} ${finding.label.padEnd(12)}`;
      print(tableLines([[label, finding.value]], { text: true }).join('\n'));
    }
  }
  const problems = findings.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const code = problems.some(({ fatal }) => fatal) ? exitCodes.failed : exitCodes.done;
  if (json) {
    printJson(print, { findings });
    return code;
  }
  if (problems.length === 0) {
    print('\nNo problems found.');
    return code;
  }
  print('');
  for (const { summary, remedy } of problems) print(indented(`Problem: ${summary}.\n         ${remedy}`));
  return code;
}
