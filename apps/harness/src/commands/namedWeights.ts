import { fetchHubWeights, fetchWeights, findModel, parseHub } from '@bit-repro/model';
import { weightsLock } from '@bit-repro/runs';
import { downloadBar, type CommandContext } from '@bit-repro/terminal';

const onHub = 'hub:';

/** Fetches the weights of a published model, or of `hub:OWNER/NAME`, unless they are in the cache. */
export async function fetchNamed(
  name: string,
  { print, signal }: CommandContext,
): Promise<{ file: string; sha256: string }> {
  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, signal };
  try {
    return name.startsWith(onHub)
      ? await fetchHubWeights(parseHub(name.slice(onHub.length)), { ...fetching, onMessage: print })
      : await fetchWeights(findModel(name), { ...fetching, lockFile: weightsLock });
  } finally {
    bar.close();
  }
}

/** A file by its path, or in the cache by `hub:OWNER/NAME`. */
export const fileNamed = async (named: string, context: CommandContext): Promise<string> =>
  named.startsWith(onHub) ? (await fetchNamed(named, context)).file : named;
