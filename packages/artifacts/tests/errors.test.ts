import { describe, expect, it } from 'vitest';
import { ExplainedError, explainFetchError, isInconclusive } from '../src/index.ts';

const failure = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('a failure of the disk', () => {
  it.each(['EIO', 'EACCES', 'ENOSPC', 'EROFS', 'ESTALE', 'EMFILE'])('is told by %s', (code) => {
    expect(isInconclusive(failure(code))).toBe(true);
  });

  it('is told from the cause of what was made of it', () => {
    const explained = new ExplainedError('result.json cannot be read', 'Check the disk.', {
      cause: failure('EIO'),
    });
    expect(isInconclusive(new ExplainedError('A report lacks a run', 'Find it.', { cause: explained }))).toBe(
      true,
    );
  });

  it.each(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'])(
    'is not told by %s, for which the path is to blame',
    (code) => {
      expect(isInconclusive(failure(code))).toBe(false);
    },
  );

  it.each([new Error('no code'), failure('ECONNRESET'), 'EIO', undefined])('is not told by %s', (error) => {
    expect(isInconclusive(error)).toBe(false);
  });
});

describe('what fails while something is fetched', () => {
  it('is explained as of the disk, if it is', () => {
    expect(explainFetchError(failure('ENOSPC'), 'write', 'file')).toMatchObject({
      message: 'Could not write file (ENOSPC)',
    });
  });

  it('is of the network, if it timed out', () => {
    const error = failure('ETIMEDOUT');
    expect(explainFetchError(error, 'write', 'file')).toBe(error);
  });
});
