import { engineEnvironment, loadEngine, provision, setEnvironment } from '@bit-repro/engine';
import { runTinyTask } from './runTinyTask.ts';

const installation = await provision({ flavour: 'cpu' });
setEnvironment(engineEnvironment(installation));
process.stdout.write(JSON.stringify(await runTinyTask(loadEngine(installation))));
