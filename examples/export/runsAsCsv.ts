import type { RunStore } from '@bit-repro/runs';

const head = ['run', 'model', 'shots', 'seed', 'top1', 'seconds'];

/** The finished runs of a store, a line each; runs that are damaged, foreign or not finished are left out. */
export async function runsAsCsv(store: RunStore): Promise<string> {
  const summaries = await store.list();
  const lines = summaries.flatMap((run) => {
    if (run.state !== 'done') return [];
    const { id, spec, final, timing } = run;
    const { shots, seed } = spec.fineTune;
    return [[id, spec.model, shots, seed, final.top1, timing.seconds]];
  });
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

/** As RFC 4180 has it. */
const quoted = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
