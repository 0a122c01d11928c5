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

/** Writes other bytes of the same number into a file, and gives it its old times. */
function alter(file: string): void {
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, 0, 4));
  utimesSync(file, atime, mtime);
}

describe('an installation of which four bytes were altered', () => {
  it('is made anew, and that is said', async () => {
    const installation = await install();
    alter(libraryOf(installation));
    expect(await install()).toEqual(installation);
    expect(readFileSync(libraryOf(installation), 'utf8')).toBe('the library');
    expect(said[0]).toBe(
      `tensorflow/libtensorflow_cc.so.2 in ${installation.folder} is not what was put there: it is made anew`,
    );
    expect(pip.calls()).toHaveLength(2);
  });

  it('has only its addon compiled anew where the addon was altered', async () => {
    const installation = await install();
    alter(installation.bindingFile);
    expect(await verifyInstallation(installation)).toEqual(['tfjs_binding.node']);
    expect(await install()).toEqual(installation);
    expect(readFileSync(installation.bindingFile, 'utf8')).toBe('addon\n');
    expect(said[0]).toMatch(/^tfjs_binding\.node in .* is not what was put there: it is made anew$/);
    expect(pip.calls()).toHaveLength(1);
  });

  it('is told beside the reason why it cannot be made anew', async () => {
    const installation = await install();
    alter(libraryOf(installation));
    vi.stubEnv('PATH', '/nowhere');
    await expect(install()).rejects.toThrow(
      /libtensorflow_cc\.so\.2 in .* is not what was put there, and it cannot be made anew: .*python3/,
    );
    expect(existsSync(libraryOf(installation))).toBe(true);
  });
});

describe('an installation without a record of what was put there', () => {
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
      'is of another form',
      (file: string) => {
        writeFileSync(file, '{}');
      },
    ],
  ])('is made anew when the record %s', async (_, damage) => {
    const { folder } = await install();
    damage(join(folder, 'installation.json'));
    await install();
    expect(said[0]).toMatch(/installation\.json, the record of what lies there, is missing or damaged/);
    expect(pip.calls()).toHaveLength(2);
  });
});

describe('an installation that was read whole', () => {
  /** Alters a library, and has the stamp say that it was read whole as it is now. */
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
      'after the machine was started anew',
      (stamp: string) => {
        writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(/"boot": ".*"/, '"boot": "another"'));
      },
    ],
    [
      'when it is not known when',
      (stamp: string) => {
        rmSync(stamp);
      },
    ],
    [
      'when what tells that is damaged',
      (stamp: string) => {
        writeFileSync(stamp, '{');
      },
    ],
    [
      'when another library is asked for',
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

  it.runIf(process.getuid?.() === 0)('is read again by another user than its owner', async () => {
    const { library } = await alterBehindTheStamp();
    chmodSync(cacheRoot, 0o755);
    process.seteuid?.(65_534);
    const attempt = install().finally(() => process.seteuid?.(0));
    await expect(attempt).rejects.toThrow(/is not what was put there, and it cannot be made anew/);
    expect(existsSync(library)).toBe(true);
  });
});

describe('an installation that cannot be read', () => {
  it.each([
    ['a library', ({ folder }: Installation) => join(folder, 'tensorflow/libtensorflow_cc.so.2')],
    ['a folder', ({ folder }: Installation) => join(folder, 'tensorflow')],
    ['the addon', ({ bindingFile }: Installation) => bindingFile],
    ['the record', ({ folder }: Installation) => join(folder, 'installation.json')],
  ])('stops with the reason and stays as it is when it is %s', async (_, which) => {
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
  ])('is refused when every user can write %s', async (_, which) => {
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
    ['is sticky and of root', 0o1777, [0, 4242]],
    ['can be written by the group of root', 0o775, [0, 0]],
    ['can be read by all', 0o755, [0, 4242]],
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

  it('is refused before anything is fetched into it', async () => {
    chmodSync(cacheRoot, 0o777);
    await expect(install()).rejects.toThrow('can be written by every user');
    expect(pip.calls()).toEqual([]);
  });

  it('does not come of a umask that lets others write', async () => {
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
