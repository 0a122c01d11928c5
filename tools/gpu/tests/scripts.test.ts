import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestFile } from '@bit-repro/artifacts';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../src/settings.ts';
import { steps, stepsNamed } from '../src/steps.ts';

const tools = join(root, 'tools/gpu');
const call = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
  execa(file, args, { cwd: root, reject: false, all: true, stdin: 'ignore', env });

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gpu-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

it.each(readdirSync(tools).filter((name) => name.endsWith('.sh')))('%s is sound bash', async (name) => {
  expect(await call('bash', ['-n', join(tools, name)])).toMatchObject({ exitCode: 0, all: '' });
});

it('whatever files a script or a step names are there', () => {
  const sources = readdirSync(tools, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(src\/.*|[^/]*)\.(sh|ts|py|md)$/.test(name))
    .map((name) => readFileSync(join(tools, name), 'utf8'));
  const named = sources.flatMap(
    (text) => text.match(/\b(tools|packages|apps)\/[\w/.-]+\.(sh|ts|js|py|yaml|json)\b/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('its experiments are sound', async () => {
  const configs = ['short', 'job'].map((name) => join(tools, `configs/${name}.yaml`));
  const { exitCode, all } = await call(process.execPath, [
    'apps/harness/bin/harness.cjs',
    'validate',
    ...configs,
  ]);
  expect(all).toMatch(/short\.yaml: ok, 1 run \(ten-steps\)\n.*job\.yaml: ok, 4 runs \(paper\)/);
  expect(exitCode).toBe(0);
});

it('the generated weights are the same bytes on every machine', async () => {
  const file = join(temporaryFolder(), 'mini.npz');
  const script = join(tools, 'src/inside/writeWeights.ts');
  const { exitCode } = await call(process.execPath, ['--import', 'tsx', script, 'mini', file]);
  expect(exitCode).toBe(0);
  expect(await digestFile(file, 'sha256')).toBe(
    '1fb14090a88576a4fa6b4fd020c7cd55b9180da4e0b281dbf165160a50d14dbf',
  );
});

it('no two steps have the same name', () => {
  const names = steps.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it('a step that is not known is told, with those that are', async () => {
  const { exitCode, all } = await call('bash', [join(tools, 'check.sh'), temporaryFolder(), 'nonsense']);
  expect(exitCode).toBe(2);
  expect(all).toMatch(/^usage: .*\nsteps: card doctor loads/);
});

it.each([
  ['canary', ['canary']],
  ['weights', ['weights-R50x1', 'weights-R50x3']],
  ['held', ['held-12', 'held-8', 'held-6']],
  ['speed-R50x3-32', ['speed-R50x3-32-float32', 'speed-R50x3-32-tensorfloat32', 'speed-R50x3-32-bfloat16']],
  ['speed-R50', []],
])('%s names the steps %j', (words, names) => {
  expect(stepsNamed(words).map(({ name }) => name)).toEqual(names);
});

it('a step keeps its result beside those of the others', async () => {
  const folder = temporaryFolder();
  const earlier = { loads: { ok: true, at: '2026-01-02T03:04:05Z', seconds: 1 } };
  writeFileSync(join(folder, 'results.json'), JSON.stringify(earlier));
  const { exitCode } = await call('bash', [join(tools, 'check.sh'), folder, 'summary'], { SMALL: '1' });
  const results: unknown = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
  expect(results).toMatchObject({ ...earlier, summary: { ok: true } });
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toMatch(/README\.md:\d+/);
  expect(exitCode).toBe(0);
});

/** GPU code as a library holds it: a container of entries, each of an architecture and a kind. */
function library(...entries: { kind: number; architecture: number; payload: string }[]): Buffer {
  const parts = entries.map(({ kind, architecture, payload }) => {
    const header = Buffer.alloc(64);
    header.writeUInt16LE(kind, 0);
    header.writeUInt32LE(64, 4);
    header.writeBigUInt64LE(BigInt(payload.length), 8);
    header.writeUInt32LE(architecture, 28);
    return Buffer.concat([header, Buffer.from(payload)]);
  });
  const content = Buffer.concat(parts);
  const container = Buffer.alloc(16);
  container.writeUInt32LE(0xba55ed50, 0);
  container.writeUInt16LE(1, 4);
  container.writeUInt16LE(16, 6);
  container.writeBigUInt64LE(BigInt(content.length), 8);
  return Buffer.concat([Buffer.from('before'), container, content, Buffer.from('behind')]);
}

const [ptx, code] = [1, 2];
const bothKinds = library(
  { kind: code, architecture: 80, payload: 'code of 80' },
  { kind: ptx, architecture: 90, payload: 'text of 90' },
  { kind: code, architecture: 90, payload: 'code of 90' },
);

it.each([
  ['other architectures', [], ['text of 90', 'code of 90'], ['code of 80']],
  ['PTX, too, where it is not wanted', ['--no-ptx'], ['code of 90'], ['code of 80', 'text of 90']],
])('pruning blanks GPU code of %s in place', async (_, options, kept, blanked) => {
  const file = join(temporaryFolder(), 'library.so');
  writeFileSync(file, bothKinds);
  const { exitCode } = await call('python3', [join(tools, 'prune_gpu_code.py'), '90', file, ...options]);
  expect(exitCode).toBe(0);
  const pruned = readFileSync(file);
  expect(pruned).toHaveLength(bothKinds.length);
  for (const text of [...kept, 'before', 'behind'])
    expect(pruned.indexOf(text)).toBe(bothKinds.indexOf(text));
  for (const text of blanked) expect(pruned.includes(text)).toBe(false);
});

it('pruning leaves a library alone whose layout it does not know', async () => {
  const file = join(temporaryFolder(), 'library.so');
  const odd = library({ kind: code, architecture: 80, payload: 'code of 80' });
  odd.writeUInt32LE(7, 6 + 16 + 4);
  writeFileSync(file, odd);
  const { exitCode, all } = await call('python3', [join(tools, 'prune_gpu_code.py'), '90', file]);
  expect(exitCode).toBe(1);
  expect(all).toContain('unknown layout');
  expect(readFileSync(file)).toEqual(odd);
});

it('unpacking says which parts are missing', async () => {
  const [parts, store] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(parts, 'app-00-of-02'), 'a part');
  const env = { BIT_REPRO_STORE: store };
  expect(await call('bash', [join(tools, 'unpack.sh'), 'keep', parts], env)).toMatchObject({ exitCode: 0 });
  const { exitCode, all } = await call('bash', [join(tools, 'unpack.sh'), 'open'], env);
  expect(exitCode).toBe(1);
  expect(all).toContain('Expected 02 parts of app, found 1');
});
