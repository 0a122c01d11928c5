import { placesHere, withoutPlaces, type Places } from '@bit-repro/artifacts';

/** What stands in place of a secret. */
export const redacted = '[redacted]';

/** What must not leave this machine, beside what looks like a secret by itself. */
export interface Private extends Places {
  /** Values that are secret whatever they look like. */
  secrets: readonly string[];
}

/** A shorter value of a variable could be a common word. */
const shortestSecret = 8;
const secretVariable =
  /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|_KEY$|_AUTH$|_PAT$|_PWD$/i;

/** The places of this process, and the values of its environment variables that by their names are secrets. */
export function privateHere(environment: NodeJS.ProcessEnv = process.env): Private {
  const secrets = Object.entries(environment)
    .filter(([name]) => secretVariable.test(name))
    .flatMap(([, value = '']) => value.split('\n'))
    .filter((value) => value.trim().length >= shortestSecret && !redacted.includes(value))
    .sort((one, other) => other.length - one.length);
  return { ...placesHere(), secrets };
}

/**
 * A text without what must not leave this machine: secrets become `[redacted]`, the home folder `~` and the workspace `.`.
 * Its lines stay as many, and the rest of each as it is. In doubt it is a secret.
 */
export function redact(text: string, known: Private = privateHere()): string {
  const lines = text.split('\n');
  hideKeys(lines);
  return withoutPlaces(lines.map((line) => redactLine(line, known)).join('\n'), known);
}

/** How many secrets `after` has hidden that `before` had not. */
export const countRedacted = (before: string, after: string): number =>
  after.split(redacted).length - before.split(redacted).length;

/** What is a secret by its form, wherever it stands. */
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

/** What is a secret by what stands before it, which is kept; and what behind it is kept, too. */
const marked: [RegExp, string][] = [
  // An address with the name and the password of a user.
  [/(:\/\/)[^\s/"'`<>@:]{0,200}:[^\s/"'`<>]{1,1000}(@)/g, `$1${redacted}$2`],
  [/(https?:\/\/)[^\s/"'`<>@:]{1,1000}(@)/gi, `$1${redacted}$2`],
  [/(hooks\.slack\.com\/services\/)[\w/-]+/g, `$1${redacted}`],
  [/(authorization\\?["'`]?[ \t]{0,8}[:=][ \t]{0,8}\\?["'`]?)[^"'`\\\r]+/gi, `$1${redacted}`],
  [/(\bbearer[ \t]+)[\w.~+/-]{16,}=*/gi, `$1${redacted}`],
  // A line of a .netrc.
  [/(\blogin[ \t]+\S{1,200}[ \t]+password[ \t]+)\S+/gi, `$1${redacted}`],
  // A key of Weights & Biases is 40 hexadecimal digits, as a commit is.
  [/(wandb.{0,200}?(?<![0-9a-f]))[0-9a-f]{40}(?![0-9a-f])/gi, `$1${redacted}`],
];

/** Names whose values are secrets, in any case; and such as shells have, in capitals alone. */
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
    // Within another text, as JSON in JSON.
    escaped: new RegExp(`${before}\\\\(["'])(?:(?!\\\\\\2).)+\\\\\\2`, `g${flag}`),
    // A text that goes on in the next line.
    unended: new RegExp(`${before}(["'\`])(?:(?!\\2).)+$`, flag),
    // As the lines of a .env or an .npmrc, to the end of the line.
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

/** What code has where a secret would stand: a type, a call, a bracket; and what the other patterns hide. */
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
/** A line of a key: base64, a header, nothing. */
const ofKey = /^\s*["'`]?(?:[A-Za-z0-9+/=]+|[A-Za-z-]+: .*)?(?:\\n)?["'`,+;\s]*$/;

/** Hides private keys line by line, also where the text has only the beginning or the end of one. */
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
