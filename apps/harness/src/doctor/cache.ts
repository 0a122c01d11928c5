import { cifar10Folder } from '@bit-repro/data';
import { exists } from '@bit-repro/artifacts';
import { installedEngines, loadEngine, verifyInstallation } from '@bit-repro/engine';
import { openData } from '../openData.ts';
import { fine, wrong, type Finding } from './check.ts';

/** What is in the cache, and whether it is what it should be. */
export async function examineCache(): Promise<Finding[]> {
  return [...(await engines()), await cifar10()];
}

async function engines(): Promise<Finding[]> {
  const installed = await installedEngines();
  if (installed.length === 0) return [fine('TensorFlow', 'not fetched yet: `npx harness provision`')];
  return Promise.all(
    installed.map(async (installation) => {
      const { tensorflowVersion, flavour, source, libraryFolder } = installation;
      const name = `${tensorflowVersion} (${flavour}, from ${source})`;
      const altered = await verifyInstallation(installation);
      if (altered.length > 0) {
        return wrong(
          'TensorFlow',
          name,
          `${altered.join(', ')} differs from what was fetched`,
          `Remove ${libraryFolder} and run \`npx harness provision\`.`,
          true,
        );
      }
      try {
        const { version } = loadEngine(installation);
        return fine('TensorFlow', `${name}: checksums agree, ${version} loads`);
      } catch (error) {
        const { message, remedy = '' } = error as Error & { remedy?: string };
        return wrong('TensorFlow', name, message, remedy, true);
      }
    }),
  );
}

async function cifar10(): Promise<Finding> {
  const folder = process.env.BIT_REPRO_CIFAR10 ?? cifar10Folder();
  if (!(await exists(folder))) return fine('CIFAR-10', 'not fetched yet: `npx harness provision`');
  try {
    await openData();
    return fine('CIFAR-10', 'all six files agree with their SHA-1');
  } catch (error) {
    return wrong('CIFAR-10', 'altered', (error as Error).message, 'The next run fetches it again.');
  }
}
