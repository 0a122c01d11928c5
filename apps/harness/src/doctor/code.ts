import { execa } from 'execa';
import { readPacked, stateOfCheckout } from '@bit-repro/runs';
import { workspaceRoot, fine, wrong, type Finding } from '@bit-repro/artifacts';

/** The commit that runs would record, and the version of git. */
export async function examineCode(): Promise<Finding[]> {
  const { failed, stdout } = await execa('git', ['--version'], { stdin: 'ignore', reject: false });
  return [await examineCommit(), ...(failed ? [] : [fine('git', stdout)])];
}

async function examineCommit(): Promise<Finding> {
  const packed = readPacked(workspaceRoot);
  if (packed !== undefined) {
    const { name, version, commit, altered } = packed;
    const from = `${name} ${version}, commit ${commit}`;
    if (altered.length === 0) return fine('Code', from);
    const summary = `Files of the program are not as they were packed: ${altered.join(', ')}`;
    return wrong('Code', from, summary, 'Remove its folder, and run the command again: it is made anew.');
  }
  const state = await stateOfCheckout(workspaceRoot);
  if (!('unknown' in state)) return fine('Code', `commit ${state.sha}`);
  return wrong(
    'Code',
    'commit unknown',
    `The commit of this project cannot be recorded: ${state.unknown}`,
    'Work in a clone of the project that you own, with git installed. Runs continue without a commit, and their reports say so.',
  );
}
