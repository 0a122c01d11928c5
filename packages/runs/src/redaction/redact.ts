import { placesHere, withoutPlaces, type Places } from '@bit-repro/artifacts';

/** Replaces a secret. */
export const redacted = '[redacted]';

/** Everything private that is not recognisable by its form. */
export interface Private extends Places {
  /** Values that are secret in whatever form. */
  secrets: readonly string[];
}

/** A shorter value could be a common word. */
const shortestSecret = 8;
const secretVariable =
  /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|_KEY$|_AUTH$|_PAT$|_PWD$/i;

/**
 * The private paths of this process, and the values of environment variables whose names mark them as secret.
 */
export function privateHere(environment: NodeJS.ProcessEnv = process.env): Private {
  const secrets = Object.entries(environment)
    .filter(([name]) => secretVariable.test(name))
    .flatMap(([, value = '']) => value.split('\n'))
    .filter((value) => value.trim().length >= shortestSecret && !redacted.includes(value))
    .sort((one, other) => other.length - one.length);
  return { ...placesHere(), secrets };
}

/**
 * Replaces secrets by `[redacted]`, the home folder by `~` and the workspace by `.`. The number of lines
 * stays the same. If in doubt, a value counts as secret.
 */
export function redact(text: string, known: Private = privateHere()): string {
  const lines = text.split('\n');
  hideKeys(lines);
  return withoutPlaces(lines.map((line) => redactLine(line, known)).join('\n'), known);
}

/** How many secrets were redacted from `before` to `after`. */
export const countRedacted = (before: string, after: string): number =>
  after.split(redacted).length - before.split(redacted).length;

/** Secrets recognisable by their form, wherever they are. */
const tokens = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])', // AWS
    'gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\\w{22,}',
    'gl[a-z]{1,8}-[\\w-]{20,}', // GitLab
    'xox[a-z]-[\\w-]{10,}|xapp-[\\w-]{10,}', // Slack
    '(?:hf|npm|api_org)_[A-Za-z0-9]{30,}', // Hugging Face, npm
    'pypi-[\\w-]{50,}',
    'sk-(?=[\\w-]{0,200}\\d)[\\w-]{20,}', // OpenAI, Anthropic
    '[rs]k_(?:live|test)_\\w{16,}', // Stripe
    'AIza[\\w-]{35}', // Google
    'wandb_v1_[\\w-]{20,}',
    'eyJ[\\w-]{10,}\\.[\\w-]{10,}\\.[\\w-]*', // JSON Web Tokens
  ].join('|')})`,
  'g',
);

/** Secrets recognisable by what precedes them; what precedes and follows them is kept. */
const marked: [RegExp, string][] = [
  // A URL with a user name and a password.
  [/(:\/\/)[^\s/"'`<>@:]{0,200}:[^\s/"'`<>]{1,1000}(@)/g, `$1${redacted}$2`],
  [/(https?:\/\/)[^\s/"'`<>@:]{1,1000}(@)/gi, `$1${redacted}$2`],
  [/(hooks\.slack\.com\/services\/)[\w/-]+/g, `$1${redacted}`],
  [/(authorization\\?["'`]?[ \t]{0,8}[:=][ \t]{0,8}\\?["'`]?)[^"'`\\\r]+/gi, `$1${redacted}`],
  [/(\bbearer[ \t]+)[\w.~+/-]{16,}=*/gi, `$1${redacted}`],
  // A line of a .netrc file.
  [/(\blogin[ \t]+\S{1,200}[ \t]+password[ \t]+)\S+/gi, `$1${redacted}`],
  // An API key of Weights & Biases is 40 hexadecimal digits, like a commit.
  [/(wandb.{0,200}?(?<![0-9a-f]))[0-9a-f]{40}(?![0-9a-f])/gi, `$1${redacted}`],
];

/** Names of secret values in any case, and names of shell variables in capitals only. */
const anyCase =
  '(?:_auth|token|secret|passwor[dt]|passwd|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)';
const capitals =
  '(?:SECRET|TOKEN|KEY|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|_AUTH|_PAT|_PWD)(?![A-Z])[A-Z0-9_]{0,30}';

interface Assignment {
  quoted: RegExp;
  escaped: RegExp;
  unended: RegExp;
  line: RegExp;
  bare: RegExp;
}

const assignments = (
  [
    [anyCase, 'i'],
    [capitals, ''],
  ] as const
).map(([name, flag]): Assignment => {
  const gap = '[ \\t]{0,8}';
  const type = `(?:${gap}:${gap}[A-Za-z][\\w.<>[\\]| ]{0,60})?`;
  const before = `(${name}\\\\?["'\`]?\\??${type}${gap}(?:={1,3}>?|:=?)${gap}[bfru]{0,2})`;
  return {
    quoted: new RegExp(`${before}(["'\`])(?:\\\\.|(?!\\2)[^\\\\])+\\2`, `g${flag}`),
    // Inside another string, such as JSON in JSON.
    escaped: new RegExp(`${before}\\\\(["'])(?:(?!\\\\\\2).)+\\\\\\2`, `g${flag}`),
    // A string that continues in the next line.
    unended: new RegExp(`${before}(["'\`])(?:(?!\\2).)+$`, flag),
    // To the end of the line, as in a .env or .npmrc file.
    line: new RegExp(
      `^([ \\t]*(?:-[ \\t]+)?(?:(?:export|set|env|arg)[ \\t]+)?["']?[\\w./:@-]*${name}["']?\\??${gap}[:=]${gap})(\\S.*?)([ \\t\\r]*)$`,
      flag,
    ),
    bare: new RegExp(
      `(${name}${gap}(?:=(?![=>])|:(?![:=])(?=${gap}\\S{6}))${gap})(?![a-z_$][\\w$.]{0,60}\\()([^\\s"'\`,;&|<>(){}[\\]]{3,})`,
      `g${flag}`,
    ),
  };
});

/** Code in the place of a secret: a type, a call, a bracket; and what other patterns have redacted. */
const harmless =
  /^(?:\[redacted\]|["'`\\]|>[ \t]|[^\w\s]{1,3}$|(?:string|number|boolean|undefined|unknown|never|str|int|bool|bytes|none|null|true|false|any)\b|(?:(?:await|new) )?[a-z_$][\w$.]*\([^"'`]*$)/i;

function redactLine(line: string, { secrets }: Private): string {
  let rest = secrets.reduce((text, secret) => text.replaceAll(secret, redacted), line);
  for (const [pattern, replacement] of marked) rest = rest.replace(pattern, replacement);
  rest = rest.replace(tokens, redacted);
  for (const { quoted, escaped, unended, line: whole, bare } of assignments) {
    const hide = (all: string, before: string, value: string, after: unknown): string =>
      harmless.test(value) ? all : `${before}${redacted}${typeof after === 'string' ? after : ''}`;
    rest = rest
      .replace(quoted, `$1$2${redacted}$2`)
      .replace(escaped, `$1\\$2${redacted}\\$2`)
      .replace(unended, `$1$2${redacted}`)
      .replace(whole, hide)
      .replace(bare, (all, before: string, value: string) => hide(all, before, value, undefined));
  }
  return rest;
}

const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** A line of a private key: base64, a header, or empty. */
const ofKey = /^\s*["'`]?(?:[A-Za-z0-9+/=]+|[A-Za-z-]+: .*)?(?:\\n)?["'`,+;\s]*$/;

/** Redacts private keys line by line, even if the text contains only their beginning or end. */
function hideKeys(lines: string[]): void {
  const hide = (from: number, step: 1 | -1): void => {
    for (let at = from + step; ofKey.test(lines[at] ?? '.'); at += step) {
      if (lines[at]!.trim() !== '') lines[at] = redacted;
    }
  };
  lines.forEach((line, index) => {
    const within = /^(.*?-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)(.+?)(-----END.*|$)/.exec(line);
    if (within !== null && /[A-Za-z0-9]/.test(within[2]!)) {
      lines[index] = `${within[1]!}${redacted}${within[3]!}`;
    }
    if (keyBegins.test(line) && !keyEnds.test(line)) hide(index, 1);
    if (keyEnds.test(line) && !keyBegins.test(line)) hide(index, -1);
  });
}
