import type { OnProgress } from '@bit-repro/artifacts';
import { changingScreen } from './print.ts';
import type { Screen } from './screen.ts';
import { taskBar } from './taskBar.ts';
import { Pace } from './pace.ts';

/** Shows a download as a progress bar that is removed by `close`; shows nothing without a terminal. */
export function downloadBar(screen: Screen | undefined = changingScreen()): {
  onProgress: OnProgress;
  close: () => void;
} {
  let shown = '';
  let pace = new Pace();
  return {
    onProgress: (progress) => {
      if (progress.label !== shown) [shown, pace] = [progress.label, new Pace()];
      pace.see(progress.done);
      screen?.show((columns) => [taskBar(progress, pace.perSecond, columns)]);
    },
    close: () => screen?.clear(),
  };
}
