import type { ExperimentOptions } from './planOf.ts';
import { slotsInUse } from '@bit-repro/launch';
import { isSilent, type RunSummary } from '@bit-repro/runs';
import { runStates } from '@bit-repro/runs/runStates';
import { exitCodes, inLine, counted, inTime } from '@bit-repro/artifacts';
import { painted, printJson, type CommandContext, tableLines } from '@bit-repro/terminal';
import { styleOfState } from '../styleOfState.ts';
import { openStore, type StoreOptions } from './openStore.ts';
import { plannedIds } from './plannedIds.ts';

export type StatusOptions = StoreOptions & ExperimentOptions;

/**
 * Prints how many runs of the store, or of an experiment, are in which state, what is running, and what
 * failed.
 */
export async function status(
  configFile: string | undefined,
  options: StatusOptions,
  { print }: CommandContext,
): Promise<number> {
  const all = await openStore(options).list();
  const planned = configFile === undefined ? undefined : await plannedIds(configFile, options);
  const runs = planned === undefined ? all : all.filter(({ id }) => planned.has(id));
  const absent = planned === undefined ? 0 : planned.size - runs.length;
  const counts = Object.fromEntries(
    runStates.map((state) => [state, runs.filter((run) => run.state === state).length]),
  );
  if (options.json) {
    const unfinished = runs.filter(({ state }) => state !== 'done');
    printJson(print, { runs: planned?.size ?? runs.length, ...counts, absent, unfinished });
    return exitCodes.done;
  }
  const told = Object.entries({ ...counts, absent }).filter(
    ([state, count]) => state === 'done' || count > 0,
  );
  print(
    `${counted(planned?.size ?? runs.length, 'run')}: ${told.map(([state, count]) => painted(`${count} ${state}`, count > 0 ? styleOfState(state) : undefined)).join(', ')}`,
  );
  for (const line of [...runningLines(runs), ...(await waitingLines(runs)), ...failedLines(runs)])
    print(line);
  return exitCodes.done;
}

function runningLines(runs: readonly RunSummary[]): string[] {
  const now = Date.now();
  const rows = runs.flatMap((run) => {
    if (run.state !== 'running') return [];
    const { heartbeat } = run;
    const arm = run.spec?.arm.name ?? '';
    if (heartbeat === undefined) return [[run.id, arm, 'waiting, or its worker has not reported yet']];
    const { step, steps, loss, evaluating, host, pid, startedAt, at } = heartbeat;
    const silence = inTime((now - Date.parse(at)) / 1000);
    return [
      [
        run.id,
        arm,
        evaluating ? `evaluating ${evaluating.done}/${evaluating.total}` : `step ${step}/${steps}`,
        loss === undefined ? '' : `loss ${loss.toFixed(4)}`,
        `for ${inTime((Date.parse(at) - Date.parse(startedAt)) / 1000)}`,
        isSilent(heartbeat, now) ? `SILENT for ${silence}` : `heard from ${silence} ago`,
        `process ${pid} on ${host}`,
      ],
    ];
  });
  return rows.length === 0
    ? []
    : ['', painted('running', 'heading'), ...tableLines(rows, { indent: 2, spare: [6, 4, 3] })];
}

/** The holders of this machine's slots, if any run waits for one. */
async function waitingLines(runs: readonly RunSummary[]): Promise<string[]> {
  if (!runs.some((run) => run.state === 'running' && run.heartbeat === undefined)) return [];
  const { held, waiting } = await slotsInUse();
  if (held.length === 0) return [];
  const processes = waiting.map((pid) => `process ${pid}`).join(', ');
  return [
    '',
    painted('on this machine', 'heading'),
    ...tableLines(
      held.map(({ name, pid }) => [name, `held by process ${pid}`]),
      { indent: 2 },
    ),
    ...(waiting.length === 0 ? [] : [`  waiting, in this order: ${processes}`]),
  ];
}

function failedLines(runs: readonly RunSummary[]): string[] {
  const lines = runs.flatMap((run) =>
    'reason' in run ? [`  ${inLine(run.id)}: ${inLine(run.reason)}`] : [],
  );
  return lines.length === 0
    ? []
    : ['', painted('failed, damaged, of another version, or unreadable', 'heading'), ...lines];
}
