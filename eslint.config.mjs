import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may import whom: the table of docs/design.md, "Where code runs". */
const forbid = (...groups) => ({
  'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
});
const noVscode = [['vscode'], 'Only the extension host may import vscode.'];
const noNode = [['node:*'], 'This code also runs where there is no Node.'];
const noTfjs = [['@tensorflow/*'], 'Only the engine computes.'];
const up = (name) => [`**/${name}`, `**/${name}/**`];
const noEngine = [up('engine'), 'Only the engine process and the library may import the engine.'];
const noHost = [[...up('host'), ...up('features')], 'The extension host is not imported from elsewhere.'];
const noPage = [['**/webview/**'], 'The page is not imported from elsewhere.'];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/', 'src/engine/wasm/assembly/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 350, skipBlankLines: true }], 'no-console': 'error' },
  },
  {
    // node:test returns promises that the runner itself awaits.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              name: ['test', 'it', 'describe', 'before', 'after', 'beforeEach', 'afterEach'],
              package: 'node:test',
            },
          ],
        },
      ],
    },
  },
  { files: ['src/shared/**/*.ts'], rules: forbid(noVscode, noNode, noTfjs, noEngine, noHost, noPage) },
  { files: ['src/lint/**/*.ts'], rules: forbid(noVscode, noNode, noTfjs, noEngine, noHost, noPage) },
  {
    files: ['src/engine/**/*.ts'],
    rules: forbid(
      noVscode,
      noHost,
      noPage,
      [up('supervisor'), 'The engine does not know who watches it.'],
      [up('cli'), 'The engine does not know its callers.'],
    ),
  },
  {
    files: ['src/supervisor/**/*.ts'],
    rules: forbid(noVscode, noTfjs, noEngine, noHost, noPage, [up('lint'), 'The supervisor only carries messages.']),
  },
  { files: ['src/cli/**/*.ts'], rules: forbid(noVscode, noTfjs, noEngine, noHost, noPage) },
  {
    files: ['src/host/**/*.ts', 'src/extension.ts'],
    rules: forbid(noTfjs, noEngine, noPage, [up('lint'), 'Text analysis runs in a worker thread.']),
  },
  {
    files: ['src/features/**/*.ts'],
    rules: forbid(noTfjs, noEngine, noPage, [['../*/**', '!../../**'], 'A feature never imports another feature.']),
  },
  { files: ['webview/**/*.ts'], rules: forbid(noVscode, noNode, noTfjs, noEngine, noHost) },
);
