/**
 * Packs the program as an npm package that is used without a clone: `npm run pack -- FOLDER` writes
 * bit-repro-VERSION.tgz there (docs/command-line.md).
 *
 * `program/` in it is the clone without tests and tools, so that keys of runs and recorded paths are the same in both.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedName } from '../../packages/artifacts/src/workspace.ts';
import { digestsOf, sha256OfAll } from '../../packages/runs/src/provenance/packed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = resolve(process.argv[2] ?? '.');
const stage = mkdtempSync(join(tmpdir(), 'pack-'));
const program = join(stage, 'program');

const run = (words, cwd) => execFileSync(words[0], words.slice(1), { cwd, encoding: 'utf8' });
const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const writeJson = (file, content) => {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
};

/** What the program needs to run. */
const isShipped = (file) =>
  file === 'LICENSE' ||
  file.startsWith('configs/') ||
  /^(packages\/[^/]+|apps\/harness)\/(package\.json$|(bin|src|native|weights)\/)/.test(file);

const files = run(['git', 'ls-files', '-z'], root).split('\0').filter(isShipped);
for (const file of files) cpSync(join(root, file), join(program, file));

/** A manifest without what only developers need, so that no lock entry is for it. */
const manifestOf = (file) => {
  const { devDependencies, scripts, nx, ...manifest } = readJson(file);
  return manifest;
};
const manifest = manifestOf('package.json');
const { name, version, description, license, engines } = manifest;
writeJson(join(program, 'package.json'), { ...manifest, workspaces: ['packages/*', 'apps/*'] });
for (const file of files.filter((one) => basename(one) === 'package.json'))
  writeJson(join(program, file), manifestOf(file));
// npm keeps the versions of a lock file that is there, and removes what nothing needs.
cpSync(join(root, 'package-lock.json'), join(program, 'package-lock.json'));
run(['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], program);

const shipped = [...files, 'package.json', 'package-lock.json'].sort();
const digests = digestsOf(program, shipped);
writeJson(join(program, packedName), {
  name,
  version,
  commit: run(['git', 'rev-parse', 'HEAD'], root).trim(),
  isClean: run(['git', 'status', '--porcelain', '--untracked-files=no'], root) === '',
  sha256: sha256OfAll(digests),
  files: digests,
});
mkdirSync(join(stage, 'bin'));
cpSync(join(root, 'tools/pack/start.cjs'), join(stage, 'bin', `${name}.cjs`));
for (const file of ['LICENSE', 'README.md']) cpSync(join(root, file), join(stage, file));
writeJson(join(stage, 'package.json'), {
  ...{ name, version, description, license, engines },
  bin: { [name]: `bin/${name}.cjs` },
});

const [packed] = JSON.parse(run(['npm', 'pack', '--json', '--ignore-scripts'], stage));
mkdirSync(target, { recursive: true });
cpSync(join(stage, packed.filename), join(target, packed.filename));
rmSync(stage, { recursive: true });
process.stdout.write(
  `${join(target, packed.filename)}: ${packed.entryCount} files, ${packed.size} bytes\n${packed.integrity}\n`,
);
