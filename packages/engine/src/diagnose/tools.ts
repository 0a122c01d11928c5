import { execa } from 'execa';
import { compilerRemedy } from '../provision/compiler.ts';
import { pipRemedy, pythonRemedy } from '../provision/pip.ts';

/** A program that provisioning calls. */
export interface Tool {
  name: 'python3' | 'pip' | 'compiler';
  /** The version it reports; absent when the program is missing. */
  version?: string;
}

const remedies: Readonly<Record<Tool['name'], string>> = {
  python3: pythonRemedy,
  pip: pipRemedy,
  compiler: compilerRemedy,
};

/** How to install a tool. */
export const toolRemedy = ({ name }: Tool): string => remedies[name];

/** Asks the programs that provisioning calls for their versions. */
export function examineTools(compiler: readonly string[]): Promise<Tool[]> {
  const commands: [Tool['name'], readonly string[]][] = [
    ['python3', ['python3', '--version']],
    ['pip', ['python3', '-m', 'pip', '--version']],
    ['compiler', [...compiler, '--version']],
  ];
  return Promise.all(
    commands.map(async ([name, [file = '', ...rest]]): Promise<Tool> => {
      const { failed, stdout } = await execa(file, rest, { stdin: 'ignore', timeout: 20_000, reject: false });
      // pip also prints its location.
      return failed ? { name } : { name, version: stdout.split('\n')[0]!.replace(/ from .*/, '') };
    }),
  );
}
