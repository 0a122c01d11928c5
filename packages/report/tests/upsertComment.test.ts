import { OutsideError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { upsertComment } from '../src/pullRequest/upsertComment.ts';
import { fakeGitHub, jobs, type FakeAnswer, type FakeGitHub } from '../testing/fakeGitHub.ts';

const marker = '<!-- marker -->';
const upsert = (fake: FakeGitHub, bodyOf: (limit?: number) => string = () => `${marker}\nnew`) =>
  upsertComment(
    { repository: 'owner/name', pull: 7, token: 'secret', baseUrl: fake.url, second: 1 },
    marker,
    bodyOf,
  );

describe('the comment on a pull request', () => {
  it('is created where there is none', async () => {
    const fake = await fakeGitHub(['hello']);
    expect(await upsert(fake)).toMatchObject({ outcome: 'created' });
    expect(fake.comments.map(({ body }) => body)).toEqual(['hello', `${marker}\nnew`]);
  });

  it('is updated where there is one, never written twice', async () => {
    const fake = await fakeGitHub(['hello', `${marker}\nold`, 'bye']);
    expect(await upsert(fake)).toMatchObject({ outcome: 'updated' });
    expect(await upsert(fake)).toMatchObject({ outcome: 'updated' });
    expect(fake.comments.map(({ body }) => body)).toEqual(['hello', `${marker}\nnew`, 'bye']);
  });

  it('is found behind many others', async () => {
    const fake = await fakeGitHub([...Array.from({ length: 95 }, (_, index) => `comment ${index}`), marker]);
    expect(await upsert(fake)).toMatchObject({ outcome: 'updated' });
    expect(fake.comments).toHaveLength(96);
  });

  it.each<[string, string | undefined, 'Bot' | 'User']>([
    ['a person', jobs, 'User'],
    ['another bot', jobs, 'Bot'],
    ['a person, where GitHub does not tell whose the token is', undefined, 'User'],
  ])('is not one of %s who begins with the marker', async (_, login, type) => {
    const fake = await fakeGitHub([`${marker}\nmine`]);
    fake.login = login;
    fake.comments[0]!.user = { login: 'mallory', type };
    expect(await upsert(fake)).toMatchObject({ outcome: 'created' });
    expect(fake.comments[0]!.body).toBe(`${marker}\nmine`);
  });

  it('is that of a person whose token writes it', async () => {
    const fake = await fakeGitHub([`${marker}\nold`]);
    fake.login = 'ada';
    fake.comments[0]!.user = { login: 'ada', type: 'User' };
    expect(await upsert(fake)).toMatchObject({ outcome: 'updated' });
  });

  it('is that of a bot where GitHub does not tell whose the token is', async () => {
    const fake = await fakeGitHub([`${marker}\nold`]);
    fake.login = undefined;
    expect(await upsert(fake)).toMatchObject({ outcome: 'updated' });
  });

  it('is not one that only quotes the marker', async () => {
    const fake = await fakeGitHub([`> ${marker}`]);
    expect(await upsert(fake)).toMatchObject({ outcome: 'created' });
  });

  it('is written shorter where GitHub finds it too long', async () => {
    const fake = await fakeGitHub();
    const lengths: number[] = [];
    await upsert(fake, (limit = 70_000) => {
      lengths.push(limit);
      return marker + 'x'.repeat(limit - marker.length);
    });
    expect(lengths).toEqual([70_000, 35_000]);
    expect(fake.comments[0]?.body).toHaveLength(35_000);
  });

  it.each<[string, FakeAnswer]>([
    ['500', { status: 500, message: 'oops' }],
    ['502', { status: 502, message: 'Bad gateway' }],
    [
      'a secondary rate limit',
      {
        status: 403,
        message: 'You have exceeded a secondary rate limit. Please wait.',
        headers: { 'retry-after': '1' },
      },
    ],
    [
      'a rate limit',
      {
        status: 429,
        message: 'API rate limit exceeded',
        headers: { 'retry-after': '1', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' },
      },
    ],
  ])('is tried again after %s', async (_, failure) => {
    const fake = await fakeGitHub();
    fake.failures.push(failure);
    expect(await upsert(fake)).toMatchObject({ outcome: 'created' });
    expect(fake.comments).toHaveLength(1);
  });

  it.each<[string, FakeAnswer, RegExp]>([
    [
      '403',
      { status: 403, message: 'Resource not accessible by integration' },
      /owner\/name#7, found 403: Resource/,
    ],
    ['404', { status: 404, message: 'Not Found' }, /found 404/],
    ['422 of another kind', { status: 422, message: 'Validation Failed' }, /found 422/],
  ])('is not tried again after %s, and says what to do', async (_, failure, message) => {
    const fake = await fakeGitHub();
    fake.failures.push(failure);
    const error = await upsert(fake).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutsideError);
    expect((error as OutsideError).message).toMatch(message);
    expect((error as OutsideError).remedy).not.toBe('');
    expect(fake.requests.filter((request) => !request.startsWith('GET'))).toHaveLength(1);
  });

  it('gives up where GitHub stays down', async () => {
    const fake = await fakeGitHub();
    fake.failures.push(...Array.from({ length: 20 }, () => ({ status: 503, message: 'down' })));
    await expect(upsert(fake)).rejects.toThrow(/found 503/);
  });
});
