import { randomUUID } from 'node:crypto';
import { OutsideError } from '@bit-repro/artifacts';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit, type RestEndpointMethodTypes } from '@octokit/rest';
import { z } from 'zod';

/** The pull request to comment on, and how to reach it. */
export interface CommentPlace {
  /** OWNER/NAME. */
  repository: string;
  pull: number;
  token: string;
  /** Of the API; GitHub's own by default. */
  baseUrl?: string;
  /** Milliseconds that one second of waiting takes; for tests. */
  second?: number;
}

const Client = Octokit.plugin(retry, throttling);
const mostRetries = 3;

/**
 * Writes the one comment of the token's own that carries `marker`: updates it where there is one, and else creates it. Others may
 * begin theirs with the marker, too. Answers of 5xx are tried again, and so are those of rate limits, after the time they ask for.
 *
 * @param bodyOf the comment at most so long; asked once more, for half as much, where GitHub finds it too long.
 * @returns the address of the comment, and what became of it.
 * @throws OutsideError when the token may not, or GitHub does not take the comment.
 */
export async function upsertComment(
  place: CommentPlace,
  marker: string,
  bodyOf: (limit?: number) => string,
): Promise<{ url: string; outcome: 'created' | 'updated' }> {
  const octokit = clientOf(place);
  const [owner = '', repo = ''] = place.repository.split('/');
  const write = async (
    body: string,
    isOwn: (author: Author) => boolean,
  ): Promise<{ url: string; outcome: 'created' | 'updated' }> => {
    const comments = await octokit.paginate(octokit.rest.issues.listComments, {
      owner,
      repo,
      issue_number: place.pull,
      per_page: 100,
    });
    const own = comments.find(({ body, user }) => body?.startsWith(marker) === true && isOwn(user));
    type Written = RestEndpointMethodTypes['issues']['createComment']['response'];
    const { data }: Pick<Written, 'data'> =
      own === undefined
        ? await octokit.rest.issues.createComment({ owner, repo, issue_number: place.pull, body })
        : await octokit.rest.issues.updateComment({ owner, repo, comment_id: own.id, body });
    return { url: data.html_url, outcome: own === undefined ? 'created' : 'updated' };
  };
  try {
    const isOwn = isOf(await loginOf(octokit));
    const body = bodyOf();
    return await write(body, isOwn).catch((error: unknown) => {
      if (!isTooLong(error)) throw error;
      return write(bodyOf(Math.floor(body.length / 2)), isOwn);
    });
  } catch (cause) {
    throw explained(cause, place);
  }
}

type Author = { login: string; type: string } | null;

const viewerSchema = z.object({ viewer: z.object({ login: z.string() }) });

/** Whose comments the token writes; nothing where GitHub does not tell. */
async function loginOf(octokit: Octokit): Promise<string | undefined> {
  try {
    const { viewer } = viewerSchema.parse(await octokit.graphql('query { viewer { login } }'));
    return viewer.login;
  } catch (error) {
    if ((error as Partial<RequestFailure>).status === 401) throw error;
    return undefined;
  }
}

/** Without a login, no person's: jobs write as bots. */
const isOf =
  (login: string | undefined) =>
  (author: Author): boolean =>
    login === undefined ? author?.type === 'Bot' : author?.login === login;

function clientOf({ token, baseUrl, second = 1000 }: CommentPlace): Octokit {
  const again = (_wait: number, _options: object, _client: unknown, retries: number): boolean =>
    retries < mostRetries;
  return new Client({
    auth: token,
    ...(baseUrl !== undefined && { baseUrl }),
    retry: { retries: mostRetries, retryAfterBaseValue: second },
    throttle: {
      onRateLimit: again,
      onSecondaryRateLimit: again,
      retryAfterBaseValue: second,
      fallbackSecondaryRateRetryAfter: 60,
      // Its pauses between writes are meant for those of one client, not for all of a process.
      id: randomUUID(),
    },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
}

const nothing = (): void => undefined;

interface RequestFailure {
  status: number;
  message: string;
}

const isTooLong = (error: unknown): boolean => {
  const { status, message } = error as RequestFailure;
  return status === 422 && /too long/i.test(message);
};

function explained(cause: unknown, { repository, pull }: CommentPlace): unknown {
  const { status, message } = cause as Partial<RequestFailure>;
  if (status === undefined) return cause;
  const remedies: Record<number, string> = {
    401: 'Set GITHUB_TOKEN to a token that GitHub knows.',
    403: 'The token may not write comments: give the job `pull-requests: write`. In a pull request from a fork no token may; its summary has the report.',
    404: 'Check --repository and --pull, and that the token may read the repository.',
  };
  return new OutsideError(
    `Expected GitHub to take a comment on ${repository}#${pull}, found ${status}: ${message ?? ''}`,
    remedies[status] ?? 'Run the job again; the comment’s text is in the job’s summary.',
    { cause },
  );
}
