import { projectRuns } from '@bit-repro/artifacts';
import { RunStore } from '@bit-repro/runs';
import { runsAsCsv } from './runsAsCsv.ts';

const [folder = projectRuns] = process.argv.slice(2);
process.stdout.write(await runsAsCsv(new RunStore(folder)));
