import { expect, it } from 'vitest';
import { loadExperiment, validateConfig } from '../src/loadExperiment.ts';
import type { Experiment } from '../src/experiment.ts';
import { temporaryFile, valid } from '../testing/experimentFile.ts';

const written = (from: string | RegExp, to: string): string => valid.replace(from, to);

it.each<[string, string | Uint8Array]>([
  ['with Windows line ends and a byte order mark', `\ufeff${valid.replaceAll('\n', '\r\n')}`],
  ['with classic Mac line ends', valid.replaceAll('\n', '\r')],
  ['between document markers', `---\n${valid}...\n`],
])('a file %s is the same experiment', async (_, content) => {
  const { file: _file, origin, ...experiment } = await loadExperiment(await temporaryFile(content));
  const { file: _plain, origin: plainOrigin, ...plain } = await loadExperiment(await temporaryFile(valid));
  expect(experiment).toEqual(plain);
  expect(origin.content).toEqual(plainOrigin.content);
});

const baseLr = ({ profiles }: Experiment): number => profiles[0]!.arms[0]!.recipe.baseLr;
const seeds = ({ profiles }: Experiment): readonly number[] => profiles[0]!.seeds;
const name = ({ name }: Experiment): string => name;
const title = ({ title }: Experiment): string => title;
const profiles = ({ profiles }: Experiment): string[] => profiles.map((profile) => profile.name);

it.each<[string, string, (experiment: Experiment) => unknown, unknown]>([
  ['baseLr: 0.003', 'baseLr: 2e-3', baseLr, 0.002],
  ['baseLr: 0.003', 'baseLr: 3E-04', baseLr, 0.0003],
  // YAML 1.1 would read the first as 8.
  ['seeds: [0, 1, 2]', 'seeds: [010, 0x10, 0o10]', seeds, [10, 16, 8]],
  ['name: trial', 'name: no', name, 'no'],
  ['name: trial', 'name: on', name, 'on'],
  ['name: trial', 'name: 2024-01-01', name, '2024-01-01'],
  ['  embedded:', '  1.10:', profiles, ['paper', '1.10']],
  ['  embedded:', '  1e3:', profiles, ['paper', '1e3']],
  ['  embedded:', '  null:', profiles, ['paper', 'null']],
  [
    'title: A trial',
    'title: "Größe <b>x</b> | `a` @octocat #1 $x$ 🚀"',
    title,
    'Größe <b>x</b> | `a` @octocat #1 $x$ 🚀',
  ],
  ['shots: [1, 5]\nseeds: [0, 1, 2]', 'shots: &few [1, 5]\nseeds: *few', seeds, [1, 5]],
])('replacing %j by %j gives the intended value', async (from, to, told, value) => {
  expect(told(await loadExperiment(await temporaryFile(written(from, to))))).toEqual(value);
});

it.each([
  [
    'name: trial',
    'name: 007',
    '1:1: name: expected text, found 7',
    'Put it in quotes, because YAML reads it as a number.',
  ],
  ['name: trial', 'name: 1e3', '1:1: name: expected text, found 1000', 'Put it in quotes'],
  ['name: trial', 'name: true', '1:1: name: expected text, found true', 'YAML reads it as true or false.'],
  ['name: trial', 'name: null', '1:1: name: expected text, found null', 'Write for example `name: "fig6"`.'],
  ['name: trial', 'name: my_exp', '1:1: name: expected lower-case letters and digits', 'Write for example'],
  ['  embedded:', '  2021:', '16:3: profiles.2021: expected a name that is not all digits', 'paper'],
  [
    'seeds: [0, 1, 2]',
    'seeds:',
    '5:1: seeds: expected a list of numbers or `{count, from}`, found null',
    'Write for example `seeds: [0,1,2,3,4]`.',
  ],
  [
    'seeds: [0, 1, 2]',
    'seeds: 3',
    '5:1: seeds: expected a list of numbers or `{count, from}`, found 3',
    'Write `seeds: {count: 3}`',
  ],
  [
    '[0, 1, 2]',
    "['0']",
    '5:9: seeds.0: expected a number, found "0"',
    'Write for example `seeds: [0,1,2,3,4]`.',
  ],
  [
    '[0, 1, 2]',
    '[9007199254740993]',
    '5:9: seeds.0: expected a number of at most 2147483647',
    'Write for example',
  ],
  [
    'baseLr: 0.003',
    'baseLr: .inf',
    '7:3: settings.baseLr: expected a number, found Infinity',
    'Write for example `baseLr: 0.003`.',
  ],
  [
    'baseLr: 0.003',
    'baseLr: 1_000e-6',
    '7:3: settings.baseLr: expected a number, found "1_000e-6"',
    'Write for example',
  ],
  [
    'baseLr: 0.003',
    'baseLr: 0,003',
    '7:3: settings.baseLr: expected a number, found "0,003"',
    'Write for example',
  ],
  [
    'settings:\n  baseLr: 0.003',
    'settings: { momentum: 0,9 }',
    '6:25: settings.9: expected a known key, found `9`',
    'write that with a point',
  ],
])('replacing %j by %j is refused with one problem and its remedy', async (from, to, problem, remedy) => {
  const file = await temporaryFile(written(from, to));
  const validation = await validateConfig(file);
  if (validation.ok) throw new Error('the file was accepted');
  const [first = '', place, advice, ...more] = validation.error.message.split('\n');
  expect(first).toBe(`a problem in ${file}`);
  expect(place).toContain(`${file}:${problem}`);
  expect(advice).toContain(remedy);
  expect(more).toEqual([]);
});
