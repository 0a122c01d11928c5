/** The walls that hold within packages; those between packages are in eslint.config.mjs. */
export default {
  forbidden: [
    {
      name: 'no-circle-of-files',
      comment: 'Give what both sides need a file of its own, below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'Move what leads back to the side that it belongs to.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    includeOnly: '^(packages|apps)/[^/]+/src/',
    exclude: { path: '/out-tsc/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
