import {
  describeWeights,
  findModel,
  listWeights,
  readNetwork,
  verifyWeights,
  weightsWriter,
} from '@bit-repro/model';
import { type CommandContext, printJson, tableLines } from '@bit-repro/terminal';
import { weightsLock } from '@bit-repro/runs';
import { digestFile, exitCodes, inLine } from '@bit-repro/artifacts';
import { fetchNamed, fileNamed } from './namedWeights.ts';

const lock = { lockFile: weightsLock };

interface Shown {
  json: boolean;
}

/** Prints every published model with its size and whether it is in the cache. */
export async function listCommand({ json }: Shown, { print }: CommandContext): Promise<number> {
  const models = await listWeights(lock);
  if (json) {
    const content = models.map(({ model: { name, parameters, upstream, licence }, state, locked }) => ({
      ...{ name, parameters, upstream, licence, state },
      ...(locked && { sha256: locked.sha256 }),
    }));
    printJson(print, content);
    return exitCodes.done;
  }
  const head = ['model', 'parameters', 'trained on', 'licence', 'state', 'sha256'];
  const cells = models.map(({ model, state, locked }) => [
    model.name,
    `${(model.parameters / 1e6).toFixed(1)} M`,
    model.upstream,
    model.licence,
    state,
    locked?.sha256.slice(0, 12) ?? '',
  ]);
  for (const line of tableLines([head, ...cells], { right: [1], spare: [5, 3, 2] })) print(line);
  return exitCodes.done;
}

/** Downloads the weights of a published model, or of `hub:OWNER/NAME`. */
export async function fetchCommand(name: string, context: CommandContext): Promise<number> {
  const { file, sha256 } = await fetchNamed(name, context);
  context.print(`${name} is in ${file}\nsha256 ${sha256}`);
  return exitCodes.done;
}

/** Checks all bytes of a model's cached weights against the lock file. */
export async function verifyCommand(
  name: string,
  { json }: Shown,
  { print }: CommandContext,
): Promise<number> {
  const { file, sha256 } = await verifyWeights(findModel(name), lock);
  if (json) printJson(print, { file, sha256 });
  else print(`${file} matches the recorded checksum\nsha256 ${sha256}`);
  return exitCodes.done;
}

/** Prints what is in a weights file of any format: its network, and the name, shape and type of each tensor. */
export async function showCommand(named: string, { json }: Shown, context: CommandContext): Promise<number> {
  const { print } = context;
  const file = await fileNamed(named, context);
  const { format, library, network, tensors } = await describeWeights(file);
  const sha256 = await digestFile(file, 'sha256');
  if (json) {
    printJson(print, { file, sha256, format, library, network, tensors });
    return exitCodes.done;
  }
  const head =
    network?.classes === undefined
      ? 'no head'
      : `a head of ${network.classes.toLocaleString('en')} classes, which fine-tuning replaces with zeros`;
  const facts = [
    ['file', file],
    ['format', `${format}, with the names of ${library}`],
    ['network', network === undefined ? 'fits no architecture of BiT' : `${network.architecture}, ${head}`],
    ['sha256', sha256],
  ];
  for (const line of tableLines(facts, { text: true })) print(line);
  const rows = tensors.map(({ name, shape, type }) => [inLine(name), `[${shape.join(', ')}]`, type]);
  for (const line of tableLines([['tensor', 'shape', 'type'], ...rows])) print(line);
  return exitCodes.done;
}

/** Writes the network of a weights file in another format, in float32, and shows the result. */
export async function convertCommand(from: string, to: string, context: CommandContext): Promise<number> {
  const write = weightsWriter(to);
  await write((await readNetwork(await fileNamed(from, context))).weights);
  return showCommand(to, { json: false }, context);
}
