import { InputError } from '@bit-repro/artifacts';
import { channels, type Image } from './image.ts';
import { mostPixels, requireKnownKind } from './imageKind.ts';
import { loadSharp } from './loadSharp.ts';

/**
 * Decodes the first frame of a JPEG, PNG or WebP file as Pillow's `Image.open(...).convert("RGB")` does. The content tells the
 * format, not the name. An orientation in Exif and colour profiles are ignored, and transparency is dropped, not blended.
 *
 * The pixels are Pillow's to the bit, also of progressive, arithmetic and CMYK JPEGs, whatever the subsampling: sharp 0.35.5
 * (libvips 8.18.7, mozjpeg) against Pillow 13.0.0 (libjpeg-turbo 3.2.0), on the 64 kinds of files of the tests, and on 205 damaged
 * files that both accept.
 *
 * @param name of the file, for messages.
 * @throws InputError if the file is of another format, broken, cut short, or has more pixels than Pillow accepts.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<Image> {
  requireKnownKind(bytes, name);
  const sharp = await loadSharp();
  try {
    // `error` refuses what is cut short, yet not the libjpeg's warnings, with which some photographs of ImageNet come.
    const image = sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: mostPixels });
    const isCmyk = (await image.metadata()).space === 'cmyk';
    if (isCmyk) image.pipelineColourspace('cmyk').toColourspace('cmyk');
    else image.removeAlpha();
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { pixels: isCmyk ? withoutInk(data) : data, width, height };
  } catch (cause) {
    // libvips says the same several times.
    const [why] = String(cause instanceof Error ? cause.message : cause).split('\n', 1);
    throw new InputError(
      `Could not decode ${name}: ${why}`,
      'The file is broken, cut short or too large. Fetch it again, or take it out of the data set.',
      { cause },
    );
  }
}

/** Cyan, magenta, yellow and black as red, green and blue, by Pillow's formula. */
function withoutInk(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * channels);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += channels) {
    const light = 255 - cmyk[from + 3]!;
    for (let ink = 0; ink < 3; ink += 1) {
      // Division by 255 that rounds, in integers.
      const product = cmyk[from + ink]! * light + 128;
      rgb[to + ink] = light - ((product + (product >> 8)) >> 8);
    }
  }
  return rgb;
}
