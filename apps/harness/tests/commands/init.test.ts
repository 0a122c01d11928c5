import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { InputError } from '@bit-repro/artifacts';
import { loadExperiment } from '@bit-repro/experiment';
import { describe, expect, it } from 'vitest';
import { init, type InitOptions } from '../../src/commands/init.ts';

const picture = encode({ width: 4, height: 3, data: new Uint8Array(36), channels: 3 });

/** A folder of six images of two classes each, and where its experiment is to be written. */
function photos(title = 'My Photos'): { folder: string; config: string } {
  const place = mkdtempSync(join(tmpdir(), 'init-'));
  const folder = join(place, title);
  for (const name of ['cat', 'dog']) {
    for (let index = 0; index < 8; index += 1) {
      const file = join(folder, name, `${index}.png`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, picture);
    }
  }
  return { folder, config: join(place, 'mine.yaml') };
}

async function written(
  config: string,
  options: InitOptions,
  askFor?: (question: string, preset: string) => Promise<string>,
): Promise<string[]> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  await init(config, options, { print: (text) => void lines.push(text), signal, ...(askFor && { askFor }) });
  return lines;
}

describe('init', () => {
  it('writes an experiment that is valid as it stands, relative to its own place', async () => {
    const { folder, config } = photos();
    const lines = await written(config, { folder });
    expect(lines[0]).toBe(
      'My Photos: 2 classes, 12 training images (at least 6 of each class), 4 test images, typically 4 x 3 px',
    );
    const experiment = await loadExperiment(config);
    expect(experiment).toMatchObject({ name: 'my-photos', datasets: [{ classes: ['cat', 'dog'] }] });
    expect(experiment.profiles.map(({ name, shots, seeds }) => [name, shots, seeds.length])).toEqual([
      ['paper', [1, 5], 5],
      ['embedded', [1, 5], 5],
    ]);
    expect(readFileSync(config, 'utf8')).toContain('dataset: { folder: "My Photos" }');
  });

  it.each([
    ['of the greatest length, cut behind a word', `${'a'.repeat(63)} b`, 'a'.repeat(63)],
    ['between signs', '_photos_', 'photos'],
    ['without a Latin letter', '写真', 'images'],
  ])('names an experiment on a folder with a name %s', async (_, title, name) => {
    const { folder, config } = photos(title);
    await written(config, { folder });
    expect(await loadExperiment(config)).toMatchObject({ name });
  });

  it('takes what the options say, and asks for the rest', async () => {
    const { folder, config } = photos();
    const asked: [string, string][] = [];
    await written(config, { model: 'BiT-S-R50x1', shots: 'all' }, (question, preset) => {
      asked.push([question.split(/[,;]/)[0]!, preset]);
      return Promise.resolve(question.startsWith('Folder') ? folder : '2');
    });
    expect(asked).toEqual([
      ['Folder of images', ''],
      ['Seeds', '5'],
    ]);
    const { profiles } = await loadExperiment(config);
    expect(profiles[0]).toMatchObject({
      shots: ['all'],
      seeds: [0, 1],
      arms: [{ recipe: { model: 'BiT-S-R50x1' } }],
    });
  });

  it.each<[string, InitOptions, RegExp]>([
    ['no folder', {}, /No folder of images was named/],
    ['a folder that is not there', { folder: '/nowhere' }, /There is no folder \/nowhere/],
    ['a network that is not published', { model: 'BiT-mini' }, /There is no published network BiT-mini/],
    ['more shots than there are images', { shots: '1, 7' }, /^shots\.1: expected at most 6, .* found 7$/],
    ['no number of seeds', { seeds: 'many' }, /^seeds\.count: expected .* found "many"$/],
  ])('refuses %s, and writes nothing', async (what, options, message) => {
    const { folder, config } = photos();
    const refused: unknown = await written(config, what === 'no folder' ? {} : { folder, ...options }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(InputError);
    expect((refused as Error).message).toMatch(message);
    expect(existsSync(config)).toBe(false);
  });

  it('quotes its path for the shell where that is necessary', async () => {
    const { folder, config } = photos();
    const file = join(dirname(config), "it's mine.yaml");
    const command = `npx harness run '${dirname(config)}/it'\\''s mine.yaml'`;
    expect((await written(file, { folder })).at(-1)).toContain(command);
    expect(readFileSync(file, 'utf8')).toContain(command);
  });

  it('refuses a name with a line break', async () => {
    const { folder, config } = photos();
    await expect(written(`${config}\nname: other`, { folder })).rejects.toThrow(/has control characters/);
  });

  it('does not replace a file', async () => {
    const { folder, config } = photos();
    writeFileSync(config, 'mine');
    await expect(written(config, { folder })).rejects.toThrow(/mine\.yaml exists already/);
    expect(readFileSync(config, 'utf8')).toBe('mine');
  });
});
