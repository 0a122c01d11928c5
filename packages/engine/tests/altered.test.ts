import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Installation } from '../src/index.ts';
import { verifyInstallation } from '../src/provision/installation.ts';
import { provisionRelease } from '../src/provision/provision.ts';
import type { Release } from '../src/provision/releases.ts';
import {
  asOrdinaryUser,
  emptyFolder,
  fakeCompiler,
  fakePip,
  makeWheel,
  releaseOf,
  tensorflowMembers,
} from './fakes.ts';

let cacheRoot: string;
let release: Release;
let pip: ReturnType<typeof fakePip>;
const said: string[] = [];

beforeEach(async () => {
  vi.stubEnv('CI', '');
  cacheRoot = emptyFolder();
  const wheels = emptyFolder();
  release = releaseOf([await makeWheel(wheels, 'tensorflow-cpu', tensorflowMembers)]);
  pip = fakePip(wheels);
  fakeCompiler();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const install = (): Promise<Installation> => {
  said.length = 0;
  return provisionRelease(release, { cacheRoot, sources: ['pip'], onMessage: (line) => said.push(line) });
};
const libraryOf = ({ libraryFolder }: Installation): string => join(libraryFolder, 'libtensorflow_cc.so.2');

/** Overwrites bytes of a file without changing its size, and restores its times. */
function alter(file: string): void {
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, 0, 4));
  utimesSync(file, atime, mtime);
}

describe('an installation with four altered bytes', () => {
  it('is replaced, with a message', async () => {
    const installation = await install();
    alter(libraryOf(installation));
    expect(await install()).toEqual(installation);
    expect(readFileSync(libraryOf(installation), 'utf8')).toBe('the library');
    expect(said[0]).toBe(
      `tensorflow/libtensorflow_cc.so.2 in ${installation.folder} was altered or removed; replacing it`,
    );
    expect(pip.calls()).toHaveLength(2);
  });

  it('has only its addon recompiled if only the addon was altered', async () => {
    const installation = await install();
    alter(installation.bindingFile);
    expect(await verifyInstallation(installation)).toEqual(['tfjs_binding.node']);
    expect(await install()).toEqual(installation);
    expect(readFileSync(installation.bindingFile, 'utf8')).toBe('addon\n');
    expect(said[0]).toMatch(/^tfjs_binding\.node in .* was altered or removed; replacing it$/);
    expect(pip.calls()).toHaveLength(1);
  });

  it('is named along with the reason if it cannot be replaced', async () => {
    const installation = await install();
    alter(libraryOf(installation));
    vi.stubEnv('PATH', '/nowhere');
    await expect(install()).rejects.toThrow(
      /libtensorflow_cc\.so\.2 in .* was altered or removed, and it cannot be replaced: .*python3/,
    );
    expect(existsSync(libraryOf(installation))).toBe(true);
  });
});

describe('an installation without a usable record of its contents', () => {
  it.each([
    [
      'is gone',
      (file: string) => {
        rmSync(file);
      },
    ],
    [
      'is cut short',
      (file: string) => {
        writeFileSync(file, '{"tensorflowVersion":');
      },
    ],
    [
      'has another format',
      (file: string) => {
        writeFileSync(file, '{}');
      },
    ],
  ])('is replaced if the record %s', async (_, damage) => {
    const { folder } = await install();
    damage(join(folder, 'installation.json'));
    await install();
    expect(said[0]).toMatch(
      /installation\.json, which records the contents of its folder, is missing or damaged/,
    );
    expect(pip.calls()).toHaveLength(2);
  });
});

describe('an installation that was read in full', () => {
  /** Alters a library, and makes the stamp claim that it was read in full in that state. */
  async function alterBehindTheStamp(): Promise<{ library: string; stamp: string }> {
    const installation = await install();
    await install();
    const library = libraryOf(installation);
    const stamp = join(installation.folder, 'verified.json');
    const identity = (): string => {
      const { ino, size, mtimeNs, ctimeNs } = statSync(library, { bigint: true });
      return [ino, size, mtimeNs, ctimeNs].join(' ');
    };
    const before = identity();
    alter(library);
    const text = readFileSync(stamp, 'utf8');
    expect(text).toContain(before);
    writeFileSync(stamp, text.replace(before, identity()));
    return { library, stamp };
  }

  it('is not read again', async () => {
    const { library } = await alterBehindTheStamp();
    await install();
    expect(readFileSync(library, 'utf8')).not.toBe('the library');
  });

  it.each([
    [
      'after a reboot',
      (stamp: string) => {
        writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(/"boot": ".*"/, '"boot": "another"'));
      },
    ],
    [
      'if the boot is unknown',
      (stamp: string) => {
        rmSync(stamp);
      },
    ],
    [
      'if the stamp is damaged',
      (stamp: string) => {
        writeFileSync(stamp, '{');
      },
    ],
    [
      'if another library is requested',
      (stamp: string) => {
        const text = readFileSync(stamp, 'utf8');
        writeFileSync(stamp, text.replace(/(libtensorflow_cc\.so\.2": ")\w{64}/, `$1${'0'.repeat(64)}`));
      },
    ],
    ['under continuous integration', () => vi.stubEnv('CI', 'true')],
  ])('is read again %s', async (_, change) => {
    const { library, stamp } = await alterBehindTheStamp();
    change(stamp);
    await install();
    expect(readFileSync(library, 'utf8')).toBe('the library');
  });

  it.runIf(process.getuid?.() === 0)('is read again by a user who does not own it', async () => {
    const { library } = await alterBehindTheStamp();
    chmodSync(cacheRoot, 0o755);
    process.seteuid?.(65_534);
    const attempt = install().finally(() => process.seteuid?.(0));
    await expect(attempt).rejects.toThrow(/was altered or removed, and it cannot be replaced/);
    expect(existsSync(library)).toBe(true);
  });
});

describe('an installation that cannot be read', () => {
  it.each([
    ['a library', ({ folder }: Installation) => join(folder, 'tensorflow/libtensorflow_cc.so.2')],
    ['a folder', ({ folder }: Installation) => join(folder, 'tensorflow')],
    ['the addon', ({ bindingFile }: Installation) => bindingFile],
    ['the record', ({ folder }: Installation) => join(folder, 'installation.json')],
  ])('causes an error with the reason and stays as it is if the unreadable part is %s', async (_, which) => {
    const installation = await install();
    const path = which(installation);
    const { mode } = statSync(path);
    chmodSync(path, 0);
    await asOrdinaryUser(cacheRoot, () =>
      expect(install()).rejects.toMatchObject({
        message: expect.stringMatching(/^Could not read .* \(EACCES\)$/) as string,
        remedy: expect.stringContaining('Make it readable') as string,
      }),
    );
    chmodSync(path, mode);
    expect(await verifyInstallation(installation)).toEqual([]);
    expect(pip.calls()).toHaveLength(1);
  });
});

describe('a cache in which another user could replace the libraries', () => {
  it.each([
    ['the cache', () => cacheRoot],
    ['the folder of engines', ({ folder }: Installation) => dirname(folder)],
    ['the installation', ({ folder }: Installation) => folder],
    ['the folder of libraries', ({ libraryFolder }: Installation) => libraryFolder],
    ['a library', libraryOf],
    ['the addon’s folder', ({ bindingFile }: Installation) => dirname(bindingFile)],
  ])('is refused if every user can write to %s', async (_, which) => {
    const path = which(await install());
    chmodSync(path, 0o777);
    await expect(install()).rejects.toMatchObject({
      message: `Another user could replace TensorFlow’s libraries: ${path} can be written by every user`,
      remedy: expect.stringContaining(`chmod -R go-w ${cacheRoot}`) as string,
    });
  });

  const asRoot = it.runIf(process.getuid?.() === 0);

  asRoot.each([
    ['belongs to another user', 0o755, [4242, 0], 'belongs to another user (number 4242)'],
    ['can be written by a group', 0o775, [0, 4242], 'can be written by group 4242'],
    ['is sticky and belongs to another user', 0o1777, [4242, 0], 'belongs to another user (number 4242)'],
  ])('is refused when its folder %s', async (_, mode, [user, group], reason) => {
    await install();
    chownSync(cacheRoot, user!, group!);
    chmodSync(cacheRoot, mode);
    await expect(install()).rejects.toThrow(reason);
  });

  asRoot.each([
    ['is sticky and owned by root', 0o1777, [0, 4242]],
    ["can be written by root's group", 0o775, [0, 0]],
    ['can be read by everyone', 0o755, [0, 4242]],
  ])('is none whose folder %s', async (_, mode, [user, group]) => {
    const first = await install();
    chownSync(cacheRoot, user!, group!);
    chmodSync(cacheRoot, mode);
    expect(await install()).toEqual(first);
  });

  asRoot('is none that root has filled and another user reads', async () => {
    const first = await install();
    chmodSync(cacheRoot, 0o755);
    process.seteuid?.(65_534);
    try {
      expect(await install()).toEqual(first);
    } finally {
      process.seteuid?.(0);
    }
  });

  it('is refused before anything is downloaded into it', async () => {
    chmodSync(cacheRoot, 0o777);
    await expect(install()).rejects.toThrow('can be written by every user');
    expect(pip.calls()).toEqual([]);
  });

  it('is never created by provisioning, even if the umask lets others write', async () => {
    cacheRoot = join(cacheRoot, 'new');
    const before = process.umask(0);
    try {
      const first = await install();
      expect(await install()).toEqual(first);
      expect(await install()).toEqual(first);
    } finally {
      process.umask(before);
    }
  });
});
