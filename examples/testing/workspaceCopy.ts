import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa, execaSync } from 'execa';
import { workspaceRoot } from '@bit-repro/artifacts';
import { copyWorkspace, linkModules } from '@bit-repro/artifacts/testing';

/** What an example adds to a workspace. */
export interface Additions {
  /** By their paths in the workspace, the example's files that are copied there. */
  files?: Record<string, string>;
  /** An example's patch of files that the workspace has. */
  patch?: string;
}

/** A copy of this workspace in which an example is carried out. Its runs and slots are its own, the cache is not. */
export class WorkspaceCopy {
  readonly folder = copyWorkspace('configs', 'package.json', 'tsconfig.base.json');

  constructor({ files = {}, patch }: Additions = {}) {
    for (const [path, file] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      copyFileSync(join(workspaceRoot, 'examples', file), join(this.folder, path));
    }
    if (patch !== undefined) {
      const at = ['apply', '--verbose', join(workspaceRoot, 'examples', patch)];
      execaSync('git', at, { cwd: this.folder, env: { GIT_CEILING_DIRECTORIES: tmpdir() } });
    }
    linkModules(this.folder);
  }

  /** A module of the copy. */
  module = (path: string): Promise<unknown> => import(join(this.folder, path)) as Promise<unknown>;

  /** Gives `npx harness` a command there, and returns what it printed. @throws where its exit code is not 0. */
  async harness(line: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { all } = await execa(process.execPath, [join('apps/harness/bin/harness.cjs'), ...line], {
      cwd: this.folder,
      env: { XDG_RUNTIME_DIR: this.folder, ...env },
      stdin: 'ignore',
      all: true,
    });
    return all;
  }

  /** Checks the types of modules of the copy, and of what they import. @throws where they do not fit. */
  async checkTypes(...files: string[]): Promise<void> {
    const compilerOptions = {
      composite: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      noEmit: true,
    };
    const config = { extends: './tsconfig.base.json', compilerOptions, files };
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(config));
    await execa(join(workspaceRoot, 'node_modules/.bin/tsc'), { cwd: this.folder });
  }
}
