import { InputError } from '@bit-repro/artifacts';

/** A ResNetV2 as in BiT (paper, section 3.2; official file bit_pytorch/models.py). */
export interface Architecture {
  name: string;
  /** Residual units in each of the four blocks. */
  units: readonly [number, number, number, number];
  /** Multiple of the channels of the plain ResNet. */
  width: number;
}

/** Number of groups of every group norm. */
export const normGroups = 32;
export const normEpsilon = 1e-5;
/** Added to the variance of a kernel before taking its root. */
export const standardisationEpsilon = 1e-10;

const table = [
  { name: 'R50x1', units: [3, 4, 6, 3], width: 1 },
  { name: 'R50x3', units: [3, 4, 6, 3], width: 3 },
  { name: 'R101x1', units: [3, 4, 23, 3], width: 1 },
  { name: 'R101x3', units: [3, 4, 23, 3], width: 3 },
  { name: 'R152x2', units: [3, 8, 36, 3], width: 2 },
  { name: 'R152x4', units: [3, 8, 36, 3], width: 4 },
  // Not from the paper: the same network, small enough for any machine.
  { name: 'mini', units: [2, 2, 2, 2], width: 0.5 },
] as const satisfies readonly Architecture[];

export type ArchitectureName = (typeof table)[number]['name'];
export const architectureNames: readonly ArchitectureName[] = table.map(({ name }) => name);

/**
 * Finds an architecture by name.
 *
 * @throws InputError if there is none.
 */
export function architectureNamed(name: string): Architecture {
  const architecture = table.find((candidate) => candidate.name === name);
  if (architecture === undefined) {
    throw new InputError(
      `Expected one of the architectures ${architectureNames.join(', ')}, found ${name}`,
      'Correct the name.',
    );
  }
  return architecture;
}

/** A residual unit: its position and its channels. */
export interface Unit {
  /** Name in the published files, for example `resnet/block1/unit01`. */
  path: string;
  input: number;
  middle: number;
  output: number;
  stride: 1 | 2;
  /** Whether the shortcut is a 1x1 convolution rather than the identity. */
  projected: boolean;
}

export const rootChannels = ({ width }: Architecture): number => 64 * width;
export const headChannels = ({ width }: Architecture): number => 2048 * width;

/** The residual units from input to output. */
export function unitsOf(architecture: Architecture): Unit[] {
  let input = rootChannels(architecture);
  return architecture.units.flatMap((count, block) => {
    const output = 256 * 2 ** block * architecture.width;
    return Array.from({ length: count }, (_, index): Unit => {
      const stride = index === 0 && block > 0 ? 2 : 1;
      const unit: Unit = {
        path: `resnet/block${block + 1}/unit${String(index + 1).padStart(2, '0')}`,
        input,
        middle: output / 4,
        output,
        stride,
        projected: stride !== 1 || input !== output,
      };
      input = output;
      return unit;
    });
  });
}
