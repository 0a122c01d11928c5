import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exists, InputError, inLine, exitCodes } from '@bit-repro/artifacts';
import {
  committedFigure,
  commentBody,
  markerOf,
  pullRequestOf,
  upsertComment,
  readSummary,
  reportFiles,
} from '@bit-repro/report';
import type { CommandContext } from '@bit-repro/terminal';

export interface CommentOptions {
  base?: string;
  repository?: string;
  pull?: number;
  /** Empty where a workflow has uploaded none. */
  artifact?: string;
}

/** Environment variables of a GitHub Actions job. */
interface JobEnvironment {
  GITHUB_TOKEN?: string;
  GITHUB_REPOSITORY?: string;
  GITHUB_EVENT_PATH?: string;
  GITHUB_STEP_SUMMARY?: string;
  GITHUB_API_URL?: string;
}

const forkNotice =
  '\n\n_This pull request is from a fork. Its token may not write comments, so this summary is all there is._\n';

/** Writes a report's numbers into the job's summary and into the report's comment on its pull request. */
export async function comment(
  folder: string,
  { base, repository, pull, artifact }: CommentOptions,
  { print }: CommandContext,
  environment: JobEnvironment = process.env,
): Promise<number> {
  const report = await readSummary(resolve(folder));
  const hasBase = base !== undefined && (await exists(join(base, reportFiles.data)));
  const before = hasBase ? await readSummary(resolve(base)) : undefined;
  const places = { figure: await committedFigure(resolve(folder)), artifact: addressOf(artifact) };
  const bodyOf = (limit?: number): string => commentBody(report, before, { ...places, limit });
  const request = pull === undefined ? await pullRequestOf(environment.GITHUB_EVENT_PATH) : undefined;
  const isFromFork = request?.isFromFork === true;
  const { GITHUB_STEP_SUMMARY: summary = '' } = environment;
  if (summary !== '') {
    print(await appendToSummary(summary, `${bodyOf()}${isFromFork ? forkNotice : '\n'}`));
  }
  const number = pull ?? request?.number;
  if (number === undefined) {
    if (summary === '') print(bodyOf(), { asIs: true });
    else print('no pull request: there is nothing to comment on');
    return exitCodes.done;
  }
  if (isFromFork) {
    print('the pull request is from a fork, whose token may not write comments: the summary is all there is');
    return exitCodes.done;
  }
  const { url, outcome } = await upsertComment(
    {
      repository: required(
        repository ?? environment.GITHUB_REPOSITORY,
        'a repository',
        'Name it with --repository OWNER/NAME.',
      ),
      pull: number,
      token: required(
        environment.GITHUB_TOKEN,
        'a token in GITHUB_TOKEN',
        'Set it to one that may write comments.',
      ),
      ...(environment.GITHUB_API_URL !== undefined && { baseUrl: environment.GITHUB_API_URL }),
    },
    markerOf(report.name),
    bodyOf,
  );
  print(`${outcome} ${url}`);
  return exitCodes.done;
}

function addressOf(artifact: string | undefined): string | undefined {
  if (artifact === undefined || artifact === '') return undefined;
  if (URL.canParse(artifact) && /^https?:/i.test(artifact)) return artifact;
  throw new InputError(
    `Expected an address after --artifact, found ${JSON.stringify(artifact)}`,
    'Write one that begins with https://, such as the output artifact-url of actions/upload-artifact.',
  );
}

/** If this fails, the comment is still written. */
async function appendToSummary(file: string, text: string): Promise<string> {
  try {
    await appendFile(file, text);
    return 'wrote the job’s summary';
  } catch (error) {
    return `warning the job’s summary could not be written: ${inLine((error as Error).message)}`;
  }
}

function required(value: string | undefined, what: string, remedy: string): string {
  if (value !== undefined && value !== '') return value;
  throw new InputError(`Missing ${what}`, remedy);
}
