import cliProgress from 'cli-progress';
import type { OnProgress } from '@bit-repro/artifacts';
import { inLine } from '../terminal/clean.ts';
import { isTerminal } from '../terminal/print.ts';

/** Shows a download as one bar, which goes when it is done; nothing where there is no terminal. */
export function downloadBar(terminal = isTerminal()): { onProgress: OnProgress; close: () => void } {
  if (!terminal) return { onProgress: () => undefined, close: () => undefined };
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {percentage}%  {label}  {eta_formatted} left',
      barsize: 20,
      clearOnComplete: true,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  return {
    onProgress: ({ label: name, done, total }) => {
      const label = inLine(name);
      if (!bar.isActive) bar.start(total ?? done, done, { label });
      bar.update(done, { label });
    },
    close: () => {
      bar.stop();
    },
  };
}
