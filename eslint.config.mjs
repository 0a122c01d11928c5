import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import jsoncParser from 'jsonc-eslint-parser';

const layer = (name, ...imports) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: imports.map((other) => `layer:${other}`),
});

/** From below; each may import those it names and whatever they may. */
const below = {
  artifacts: [],
  metrics: [],
  'stand-in': [],
  terminal: ['artifacts'],
  engine: ['artifacts'],
  images: ['artifacts'],
  data: ['images'],
  model: ['engine'],
  trainer: ['model', 'data', 'metrics'],
  experiment: ['trainer', 'stand-in'],
  runs: ['experiment'],
  worker: ['runs'],
  launch: ['runs'],
  slurm: ['launch'],
  report: ['runs'],
  archive: ['report'],
  export: ['runs'],
  watch: ['runs', 'terminal'],
  harness: ['archive', 'export', 'slurm', 'worker', 'watch'],
  'upstream-mini': ['launch', 'terminal'],
  examples: ['harness', 'upstream-mini'],
};

const reached = (name) => below[name].flatMap((other) => [other, ...reached(other)]);
const layers = Object.keys(below).map((name) => layer(name, ...new Set(reached(name))));

export default tseslint.config(
  { ignores: ['**/out-tsc', '**/node_modules', '**/fixtures', 'runs', 'reports', '.nx', '.gpu'] },
  // They are code of the packages that their tests put them into.
  { ignores: ['examples/{dataset,section}/*.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // With noUncheckedIndexedAccess, `!` states that an index is in range where the type cannot.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // Tests may import what the command line loads when it needs it.
          checkDynamicDependenciesExceptions: ['@bit-repro/slurm'],
          depConstraints: [...layers, layer('gpu', 'artifacts', 'engine', 'images', 'model', 'data')],
        },
      ],
    },
  },
  {
    files: ['{apps,packages}/*/src/**/*.ts'],
    ignores: ['packages/terminal/**'],
    rules: {
      // What is printed goes through packages/terminal, so that nothing in it steers the terminal.
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Print by @bit-repro/terminal.',
        })),
      ],
    },
  },
  {
    files: ['**/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        { ignoredFiles: ['{projectRoot}/vitest.config.mjs', '{projectRoot}/tests/**/*'] },
      ],
    },
  },
  prettier,
);
