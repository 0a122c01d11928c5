import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface FakeComment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string; type: 'Bot' | 'User' };
}

export interface FakeAnswer {
  status: number;
  message: string;
  headers?: Record<string, string>;
}

export interface FakeGitHub {
  url: string;
  /** On pull request 7 of owner/name, thirty to a page whatever is asked for. */
  comments: FakeComment[];
  /** Whose the token is; nothing where it is not told. */
  login: string | undefined;
  /** Method and path of every request but the question whose the token is. */
  requests: string[];
  /** Answers that requests which write get first, one each. */
  failures: FakeAnswer[];
}

const pageSize = 30;

/** A stand-in for GitHub's API on this machine: it lists, creates and updates the comments of one pull request. */
export async function fakeGitHub(comments: string[] = []): Promise<FakeGitHub> {
  const fake: FakeGitHub = {
    url: '',
    comments: comments.map((body, index) => asComment(index + 1, body)),
    login: jobs,
    requests: [],
    failures: [],
  };
  const server = createServer((request, response) => void answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  );
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

/** By whom jobs write. */
export const jobs = 'github-actions[bot]';

const asComment = (id: number, body: string): FakeComment => ({
  id,
  body,
  user: { login: jobs, type: 'Bot' },
  html_url: `https://github.test/owner/name/pull/7#issuecomment-${id}`,
});

async function answer(fake: FakeGitHub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', fake.url);
  if (pathname !== '/graphql') fake.requests.push(`${request.method!} ${pathname}`);
  const send = (status: number, content: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(content));
  };
  let text = '';
  for await (const chunk of request) text += String(chunk);
  if (request.headers.authorization !== 'token secret') {
    send(401, { message: 'Bad credentials' });
    return;
  }
  if (request.method === 'GET' && pathname === '/repos/owner/name/issues/7/comments') {
    const page = Number(searchParams.get('page') ?? 1);
    const hasMore = page * pageSize < fake.comments.length;
    const next = `<${fake.url}${pathname}?page=${page + 1}>; rel="next"`;
    send(200, fake.comments.slice((page - 1) * pageSize, page * pageSize), hasMore ? { link: next } : {});
    return;
  }
  if (pathname === '/graphql') {
    send(
      200,
      fake.login === undefined
        ? { errors: [{ message: 'no' }] }
        : { data: { viewer: { login: fake.login } } },
    );
    return;
  }
  const failure = fake.failures.shift();
  if (failure !== undefined) {
    send(failure.status, { message: failure.message }, failure.headers);
    return;
  }
  const { body } = JSON.parse(text) as { body: string };
  if (body.length > 65_536) {
    send(422, { message: 'Validation Failed: body is too long (maximum is 65536 characters)' });
    return;
  }
  if (request.method === 'POST' && pathname === '/repos/owner/name/issues/7/comments') {
    const created = asComment(fake.comments.length + 1, body);
    fake.comments.push(created);
    send(201, created);
    return;
  }
  const own = fake.comments.find(({ id }) => pathname === `/repos/owner/name/issues/comments/${id}`);
  if (request.method !== 'PATCH' || own === undefined) {
    send(404, { message: 'Not Found' });
    return;
  }
  own.body = body;
  send(200, own);
}
