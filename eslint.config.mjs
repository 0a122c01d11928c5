import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import jsoncParser from 'jsonc-eslint-parser';

const layer = (name, ...imports) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: imports.map((other) => (other === '*' ? other : `layer:${other}`)),
});

export default tseslint.config(
  { ignores: ['**/out-tsc', '**/node_modules', '**/fixtures', 'runs', 'reports', '.nx', '.gpu'] },
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
          depConstraints: [
            layer('artifacts'),
            layer('metrics'),
            layer('terminal', 'artifacts'),
            layer('stand-in'),
            layer('engine', 'artifacts'),
            layer('data', 'artifacts'),
            layer('model', 'artifacts', 'engine'),
            layer('trainer', 'artifacts', 'engine', 'model', 'data', 'metrics'),
            layer('experiment', 'artifacts', 'engine', 'model', 'data', 'trainer', 'metrics', 'stand-in'),
            layer(
              'runs',
              'artifacts',
              'engine',
              'model',
              'data',
              'trainer',
              'metrics',
              'stand-in',
              'experiment',
            ),
            layer(
              'worker',
              'artifacts',
              'engine',
              'model',
              'data',
              'trainer',
              'metrics',
              'stand-in',
              'experiment',
              'runs',
            ),
            layer('launch', 'artifacts', 'engine', 'model', 'data', 'trainer', 'experiment', 'runs'),
            layer('slurm', 'artifacts', 'engine', 'experiment', 'runs', 'launch'),
            layer('report', 'artifacts', 'data', 'metrics', 'stand-in', 'experiment', 'runs'),
            layer('archive', 'artifacts', 'experiment', 'runs', 'report'),
            layer('harness', '*'),
            layer('upstream-mini', '*'),
            layer('gpu', 'artifacts', 'engine', 'model', 'data'),
          ],
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
