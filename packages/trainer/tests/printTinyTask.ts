import { runTinyTask } from './runTinyTask.ts';

process.stdout.write(JSON.stringify(await runTinyTask()));
