import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrainingEvent } from '@bit-repro/trainer';
import { Journal } from '../src/journal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'events.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const step = (number: number, loss = 1): TrainingEvent => ({
  kind: 'step',
  step: number,
  steps: 9,
  loss,
  learningRate: 0.1,
});

function write(...events: TrainingEvent[]): void {
  const journal = new Journal(file);
  for (const event of events) journal.write(event);
  journal.close();
}

const written = (): unknown[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('a journal', () => {
  it('has one event per line, on disk before the next', () => {
    const journal = new Journal(file);
    journal.write(step(1));
    expect(written()).toEqual([step(1)]);
    journal.write(step(2));
    journal.close();
    expect(written()).toEqual([step(1), step(2)]);
  });

  it('does not write through a link that waits at its staging path', () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'mine');
    symlinkSync(other, `${file}.new`);
    write(step(1));
    expect(readFileSync(other, 'utf8')).toBe('mine');
  });

  it('leaves nothing behind if it cannot start', () => {
    mkdirSync(file);
    expect(() => {
      write(step(1));
    }).toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['events.jsonl']);
  });

  it('starts empty for a run that starts from the beginning', () => {
    write(step(1), step(2));
    write(step(1, 3));
    expect(written()).toEqual([step(1, 3)]);
  });

  it('drops the steps that a resumed run repeats, and the incomplete line of a killed worker', () => {
    write(step(1), { kind: 'checkpoint', step: 1 }, step(2, 5));
    appendFileSync(file, '{"kind":"step","st');
    write({ kind: 'resumed', step: 1 }, step(2, 6));
    expect(written()).toEqual([
      step(1),
      { kind: 'checkpoint', step: 1 },
      { kind: 'resumed', step: 1 },
      step(2, 6),
    ]);
  });

  it('starts with the resumption if the events before it are lost', () => {
    write({ kind: 'resumed', step: 1 }, step(2));
    expect(written()).toEqual([{ kind: 'resumed', step: 1 }, step(2)]);
  });

  it('names the file that could not be written', () => {
    rmSync(folder, { recursive: true });
    expect(() => {
      write(step(1));
    }).toThrow(/ENOENT.*events\.jsonl/);
  });
});
