// Counts the ops of a network's graph by kind, as it is passed to TensorFlow, without running it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectProgram, loadEngine, provision } from '@bit-repro/engine';
import { architectureNamed, parameterShapes } from '@bit-repro/model';
import { networkEntries, networkVariables } from '../src/networkEntries.ts';
import { askedPrecision, options } from './options.ts';

const { tf } = loadEngine(await provision());
// The network selects its ops by this flag; a trace runs none of them.
if (options['as-gpu']) Object.assign(tf.backend(), { isUsingGpuDevice: true });
const classes = 10;
const architecture = architectureNamed(options.model);
const crop = Number(options.px);
const imageSize = { height: 32, width: 32 };
const { savedModel, entries } = inspectProgram(tf, {
  variables: networkVariables(parameterShapes(architecture, classes)),
  entries: networkEntries(tf, {
    architecture,
    classes,
    imageSize: { train: imageSize, test: imageSize },
    resize: Math.round(crop * 1.25),
    crop,
  }),
  activations: askedPrecision() === 'bfloat16' ? 'bfloat16' : 'float32',
});
/** These are not computed: constants are in memory, and handles are names. */
const idle = ['Const', 'VarHandleOp', 'Placeholder', 'NoOp'];
const counts = Object.entries(entries).map(([entry, { ops }]) => {
  const kinds = [...ops].sort(([, a], [, b]) => b - a);
  const running = kinds.reduce((sum, [op, count]) => (idle.includes(op) ? sum : sum + count), 0);
  return [entry, { running, ...Object.fromEntries(kinds) }] as const;
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`);
if (options.graph !== undefined) {
  mkdirSync(options.graph, { recursive: true });
  writeFileSync(join(options.graph, 'saved_model.pb'), savedModel);
  const fetches = Object.entries(entries).map(([entry, one]) => [entry, one.fetches] as const);
  writeFileSync(join(options.graph, 'fetches.json'), JSON.stringify(Object.fromEntries(fetches)));
}
