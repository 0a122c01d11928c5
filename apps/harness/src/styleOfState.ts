import type { RunSummary } from '@bit-repro/runs';
import type { Style } from '@bit-repro/terminal';

const styles: Partial<Record<RunSummary['state'], Style>> = {
  done: 'good',
  running: 'name',
  interrupted: 'unsure',
  failed: 'bad',
  damaged: 'bad',
  unreadable: 'bad',
};

/** The colour of a run’s state, whatever follows it. */
export const styleOfState = (state: string): Style | undefined =>
  new Map<string, Style>(Object.entries(styles)).get(/^\w+/.exec(state)?.[0] ?? '');
