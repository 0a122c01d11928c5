import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { vi } from 'vitest';
import { ZipFile } from 'yazl';
import type { Release, Wheel } from '../src/provision/releases.ts';

/** Creates an empty folder. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'engine-'));

/** Puts a shell script called `name` first on the PATH, until environments are unstubbed. */
export function fakeProgram(name: string, script: string): void {
  const folder = emptyFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
}

/**
 * Runs `work` as the owner of `folder` and everything in it, without the rights of root, who can read and
 * write everywhere.
 */
export async function asOrdinaryUser<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  const nobody = 65_534;
  chownSync(folder, nobody, nobody);
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(folder, path), nobody, nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** The contents of a TensorFlow wheel that matter here. */
export const tensorflowMembers: Readonly<Record<string, string>> = {
  'tensorflow/libtensorflow_cc.so.2': 'the library',
  'tensorflow/libtensorflow_framework.so.2': 'its framework',
  'tensorflow/include/tensorflow/c/c_api.h': 'a header',
  'tensorflow/include/tensorflow/core/graph/graph.h': 'a header nobody needs',
  'tensorflow/python/__init__.py': 'import os',
  'tensorflow_cpu-2.18.1.dist-info/METADATA': 'Name: tensorflow-cpu',
};

/** Creates a wheel in `folder`, where {@link fakePip} finds it. */
export async function makeWheel(
  folder: string,
  name: string,
  members: Readonly<Record<string, string>>,
  { zip64 = false, change = (bytes: Buffer): Buffer => bytes } = {},
): Promise<Wheel> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(members)) zip.addBuffer(Buffer.from(content), path);
  zip.end({ forceZip64Format: zip64, comment: '' });
  const bytes = change(await buffer(zip.outputStream));
  writeFileSync(join(folder, `${name}.whl`), bytes);
  return { name, version: '1.0', sha256: createHash('sha256').update(bytes).digest('hex') };
}

export const releaseOf = (wheels: Wheel[], release: Partial<Release> = {}): Release => ({
  flavour: 'cpu',
  platform: 'linux-x64',
  pipPlatform: 'manylinux2014_x86_64',
  tensorflow: '2.18.1',
  ...release,
  wheels,
});

/** A pip that takes wheels from `folder` and logs its calls, one per line. */
export function fakePip(folder: string): { calls: () => string[] } {
  const log = join(folder, 'pip.log');
  fakeProgram(
    'python3',
    [
      `echo "$*" >> ${log}`,
      'while [ $# -gt 0 ]; do [ "$1" = --dest ] && to="$2"; last="$1"; shift; done',
      `cp ${folder}/"\${last%%==*}".whl "$to"/`,
    ].join('\n'),
  );
  return {
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

/** A compiler that creates an empty addon, slowly enough for concurrent calls to overlap. */
export function fakeCompiler(): void {
  const folder = emptyFolder();
  const file = join(folder, 'c++');
  writeFileSync(
    file,
    '#!/bin/sh\nsleep 0.1\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && echo addon > "$2"; shift; done\n',
  );
  chmodSync(file, 0o755);
  vi.stubEnv('CXX', file);
}

/** Writes files, given by path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
