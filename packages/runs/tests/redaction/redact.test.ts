import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRedacted, privateHere, redact, redacted, type Private } from '../../src/redaction/redact.ts';

const known: Private = {
  workspace: '/srv/repo',
  homes: ['/home/ada'],
  secrets: ['correct horse battery', 'Tr0ub4dor&3'],
};

/**
 * Made up and assembled here, because hosts of this repository would reject anything that looks like a token.
 */
const letters = (count: number): string => 'aB3dE6gH9jK2'.repeat(20).slice(0, count);
const hex = '0123456789abcdef0123456789abcdef01234567';

describe('a secret', () => {
  it.each([
    ['an npm token', `//registry.npmjs.org/:_authToken=npm_${letters(36)}`],
    ['an npm authentication', '//host/:_auth = aGVsbG8='],
    ['an npm password', '//host/:_password="aGVs bG8="'],
    ['a password', 'password=hunter2'],
    ['a password of several words', '  password: my pass word'],
    ['a password that continues in the next line', 'password = "one'],
    ['a token in a URL', 'https://host/x?token=abc123&page=1'],
    ['an authorization', 'Authorization: Basic aGVsbG8='],
    ['an authorization in a command', "curl -H 'authorization: token abc' https://host"],
    ['a URL with a password', 'https://user:pa@ss@host/x'],
    ['a URL with a token', 'https://abc123@host/x'],
    ['a database URL', 'postgres://:pw@host/db'],
    ['a webhook', 'https://hooks.slack.com/services/T00/B00/abc'],
    ['an AWS key', `AKIA${'ABCD'.repeat(4)}`],
    ['an AWS secret', 'aws_secret_access_key = abc/def+ghi'],
    ['a GitHub token', `x ghp_${letters(36)} y`],
    ['a fine-grained GitHub token', `github_pat_${letters(60)}`],
    ['a GitLab token', `glpat-${letters(20)}`],
    ['a Slack token', `xoxb-${letters(20)}`],
    ['a Hugging Face token', `hf_${letters(34)}`],
    ['an OpenAI key', `sk-proj-${letters(40)}`],
    ['a Weights & Biases key', `wandb login ${hex}`],
    ['a web token', `eyJ${letters(20)}.eyJ${letters(20)}.${letters(20)}`],
    ['a shell variable', 'export DB_PASSWORD=abc'],
    ['a variable in a command', 'docker run -e MY_TOKEN=abc1 image'],
    ['a key in a .env file', 'SIGNING_KEY=abc def'],
    ['a token in JSON', '{"token": "abc", "count": 1}'],
    ['a token in JSON in JSON', String.raw`"{\"token\":\"abc\",\"count\":1}"`],
    ['a secret in code', "const clientSecret: string = 'a b';"],
    ['a line of a .netrc file', 'machine host login me password abc'],
    ['a key on one line', String.raw`"-----BEGIN PRIVATE KEY-----\nabcd\n-----END PRIVATE KEY-----\n"`],
    ['the value of an environment variable', 'it is correct horse battery, so'],
  ])('is hidden: %s', (_what, text) => {
    const clean = redact(text, known);
    expect(clean).toContain(redacted);
    expect(clean).not.toMatch(/abc|hunter2|aGVs|my pass|one|pw@|pa@|a b|horse|aB3d|ABCD|0123|ghi|def/);
    expect(redact(clean, known)).toBe(clean);
  });

  it.each([
    ['a type', 'token: string;'],
    ['an optional type', '  password?: string,'],
    ['a call', 'const token = lexer.next();'],
    ['a longer word', "tokenizer: 'gpt2', maxTokens = 512"],
    ['a mapping', 'credentials: {'],
    ['a CSS name', '.sk-toggleable__content-arrow-of-the-label'],
    ['a commit', `commit ${hex}`],
    ['a checksum', '"sha256": "' + hex.repeat(2).slice(0, 64) + '"'],
    ['a URL with a git user', 'git+ssh://git@github.com/a/b.git'],
    ['a URL with a port', 'http://host:8080/a@2x.png'],
    ['a setting', 'baseLr: 0.003 # the key to it all'],
    ['words in capitals that start alike', "KEYBOARD: 'qwertz', EVENT_PATH=/tmp/event"],
    ['a sorting key', 'const sortKey = "a"; key: value'],
  ])('is not found in %s', (_what, text) => {
    expect(redact(text, known)).toBe(text);
  });

  it('is redacted line by line if it is a private key, complete or cut', () => {
    const key = [
      '-----BEGIN RSA PRIVATE KEY-----',
      'Proc-Type: 4,ENCRYPTED',
      '',
      'abc/+=',
      'abc=',
      '-----END RSA PRIVATE KEY-----',
    ];
    const hidden = [key[0], redacted, '', redacted, redacted, key[5]];
    const lines = (text: string[]): string[] => redact(text.join('\n'), known).split('\n');
    expect(lines(['let it', ...key, 'be so'])).toEqual(['let it', ...hidden, 'be so']);
    expect(lines([...key.slice(0, 4), 'be so'])).toEqual([...hidden.slice(0, 4), 'be so']);
    expect(lines(['let it', ...key.slice(3)])).toEqual(['let it', ...hidden.slice(3)]);
  });

  it('is counted', () => {
    const text = `password=x [redacted]\n${known.secrets[1]!}`;
    expect(countRedacted(text, redact(text, known))).toBe(1);
    expect(countRedacted('a', 'a')).toBe(0);
  });
});

it('redaction hides the home folder and the workspace', () => {
  expect(redact('/home/ada/x /srv/repo/runs', known)).toBe('~/x ./runs');
});

it('redaction treats values of secret environment variables as secrets, line by line, but not short or common words', () => {
  const { secrets } = privateHere({
    MY_TOKEN: 'longer-than-eight',
    DEPLOY_KEY: 'first line of it\nsecond line',
    SHORT_SECRET: 'abc',
    SOME_PASSWORD: 'redacted',
    KEYBOARD: 'a-keyboard-of-some-kind',
    PATH: '/usr/local/bin',
  });
  expect(secrets).toEqual(['longer-than-eight', 'first line of it', 'second line']);
});

describe('redaction of any text', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '\n',
          ' ',
          '=',
          ':',
          '"',
          "'",
          '@',
          '://',
          '\r',
          '[redacted]',
          '-----BEGIN PRIVATE KEY-----',
        ),
        fc.constantFrom(
          'token',
          'MY_KEY',
          'password',
          '_auth',
          'Authorization',
          'Bearer ',
          'https',
          'abcdefgh',
        ),
        fc.constantFrom(...known.secrets, ...known.homes, known.workspace),
      ),
    )
    .map((parts) => parts.join(''));

  it('keeps the number of lines, and leaves no secret of the environment', () => {
    fc.assert(
      fc.property(text, (before) => {
        const after = redact(before, known);
        expect(after.split('\n')).toHaveLength(before.split('\n').length);
        for (const secret of known.secrets) expect(after).not.toContain(secret);
        expect(after).not.toMatch(/\/home\/ada(?![\w-])|\/srv\/repo(?![\w-])/);
      }),
    );
  });

  it('takes time linear in its length', () => {
    for (const part of ['token', 'a', '://', 'eyJ', 'A_', 'password=', 'wandb', '\\"', 'gl'])
      expect(redact(part.repeat(50_000), known).length).toBeGreaterThan(0);
  });
});
