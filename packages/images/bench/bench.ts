// Times the pool and its peers in turn on the same files, and prints the median rates and ratios.
// node --import tsx packages/images/bench/bench.ts --photos FOLDER --python PYTHON [--simd FOLDER]
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';

const { values: options } = parseArgs({
  options: {
    /** What make_photos.py wrote. */
    photos: { type: 'string', default: '' },
    /** A Python with torchvision and Pillow. */
    python: { type: 'string', default: 'python3' },
    /** A folder of Python packages with Pillow-SIMD. */
    simd: { type: 'string' },
    sides: { type: 'string', default: '512,256' },
    workers: { type: 'string', default: String(availableParallelism()) },
    batch: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '5' },
  },
});

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const peer = [options.python, script('peer.py')];
const programs = [
  { name: 'bit-repro', command: [process.execPath, '--import', 'tsx', script('measure.ts')], env: {} },
  { name: 'Pillow', command: peer, env: {} },
  ...(options.simd === undefined
    ? []
    : [{ name: 'Pillow-SIMD', command: peer, env: { PYTHONPATH: options.simd } }]),
];

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

for (const side of options.sides.split(',')) {
  const rates = programs.map((): number[] => []);
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const [index, { command, env }] of programs.entries()) {
      const line = [...command.slice(1), options.photos, side, options.workers, options.batch];
      rates[index]!.push(Number((await execa(command[0]!, line, { env })).stdout));
    }
  }
  for (const [index, { name }] of programs.entries()) {
    const ratio = median(rates[index]!.map((rate, round) => rates[0]![round]! / rate));
    process.stdout.write(
      `${side} px  ${name.padEnd(12)} ${median(rates[index]!).toFixed(0)} images/s, ` +
        `bit-repro is ${ratio.toFixed(2)} times as fast (${rates[index]!.map((rate) => rate.toFixed(0)).join(' ')})\n`,
    );
  }
}
