/**
 * The states of a run in the store. In a file of its own, so that the command line loads without the store.
 */
export const runStates = [
  'done',
  'running',
  'failed',
  'interrupted',
  'damaged',
  'foreign',
  'unreadable',
] as const;
