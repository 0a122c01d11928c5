import cliProgress from 'cli-progress';
import type { OnProgress } from '@bit-repro/artifacts';

/** Shows a download as one bar, which goes when it is done; nothing where there is no terminal. */
export function downloadBar(terminal = process.stdout.isTTY): { onProgress: OnProgress; close: () => void } {
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
    onProgress: ({ label, done, total }) => {
      if (!bar.isActive) bar.start(total ?? done, done, { label });
      bar.update(done, { label });
    },
    close: () => {
      bar.stop();
    },
  };
}
