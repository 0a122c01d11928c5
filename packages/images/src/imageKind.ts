import { InputError } from '@bit-repro/artifacts';

/** Pillow refuses images of more pixels, in case their decoded size is an attack. */
export const mostPixels = 178_956_970;

const decoded: readonly (readonly [kind: string, signature: RegExp])[] = [
  ['JPEG', /^\xff\xd8\xff/],
  ['PNG', /^\x89PNG\r\n\x1a\n/],
  ['WebP', /^RIFF.{4}WEBP/s],
];

const refused: typeof decoded = [
  ['GIF', /^GIF8/],
  ['BMP', /^BM/],
  ['TIFF', /^(II\*\0|MM\0\*)/],
  ['AVIF', /^.{4}ftypavi[fs]/s],
  ['HEIC', /^.{4}ftyp(hei[cx]|mif1)/s],
  ['JPEG 2000', /^(\0{3}\x0cjP {2}|\xff\x4f\xff\x51)/],
  ['JPEG XL', /^(\xff\x0a|\0{3}\x0cJXL )/],
  ['SVG', /^\s*<(\?xml|svg)/],
];

const supported = 'Convert it to an 8-bit PNG, which loses nothing, or take it out of the data set.';

/**
 * Holds a file to the formats that are decoded, by its first bytes.
 *
 * @throws InputError naming the format of any other file.
 */
export function requireKnownKind(bytes: Uint8Array, name: string): void {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString(
    'latin1',
  );
  const kindIn = (kinds: typeof decoded): string | undefined =>
    kinds.find(([, signature]) => signature.test(beginning))?.[0];
  const kind = kindIn(decoded);
  if (kind === undefined) {
    const found = bytes.length === 0 ? 'an empty file' : (kindIn(refused) ?? 'none of these');
    throw new InputError(`Expected a JPEG, PNG or WebP image in ${name}, found ${found}`, supported);
  }
  // The header of a PNG file comes first: bits per channel and kind of colour, 0 for grey, are at fixed places.
  if (kind === 'PNG' && bytes[24] === 16 && bytes[25] === 0) {
    throw new InputError(
      `${name} is a PNG image of 16-bit grey, of which Pillow makes white wherever it is above 255`,
      supported,
    );
  }
}
