/** What a run of the store may be. Apart from what reads it, so that the command line starts without that. */
export const runStates = [
  'done',
  'running',
  'failed',
  'interrupted',
  'damaged',
  'foreign',
  'unreadable',
] as const;
