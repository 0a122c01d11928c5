/** What a difference between runs is about, in the order in which differences are told. */
export const aspects = [
  'settings',
  'config',
  'code',
  'data',
  'engine',
  'machine',
  'result',
  'timing',
] as const;
export type Aspect = (typeof aspects)[number];

/** By the first part of the key. What is named nowhere is of the config. */
const byFirstPart: Record<string, Aspect> = {
  experiment: 'settings',
  arm: 'settings',
  model: 'settings',
  weights: 'settings',
  fineTune: 'settings',
  settings: 'settings',
  sources: 'code',
  git: 'code',
  dataset: 'data',
  engine: 'engine',
  engineSha256: 'engine',
  versions: 'engine',
  host: 'machine',
  state: 'result',
  result: 'result',
  error: 'result',
  timing: 'timing',
};

/** What a key is about, of the files of a run or of its fields. */
export function aspectOf(key: string): Aspect {
  if (/^timing\.(host|device)\b/.test(key)) return 'machine';
  const [first = ''] = key.replace(/^(spec|provenance)\./, '').split('.');
  return byFirstPart[first] ?? 'config';
}
