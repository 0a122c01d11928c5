import { decodeRecords, emptyImages, imageSize, recordBytes } from './cifarFormat.ts';
import type { Dataset, DatasetFiles } from './dataset.ts';
import type { DatasetImages, HeldImages } from './imageSource.ts';

/** Labels of a record: of its superclass, then of its class. */
export const labelBytes = 2;
export const superclasses = 20;

/** In alphabetical order, as in `fine_label_names.txt` of the archive. */
export const cifar100Classes = (
  'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle ' +
  'caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant ' +
  'flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree ' +
  'motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate ' +
  'poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider ' +
  'squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle ' +
  'wardrobe whale willow_tree wolf woman worm'
).split(' ');

const images = { 'train.bin': 50_000, 'test.bin': 10_000 } as const;
export type Cifar100File = keyof typeof images;

/** Bytes of the files of the binary version. */
export const cifar100Files: Readonly<Record<Cifar100File, number>> = {
  'train.bin': images['train.bin'] * recordBytes(labelBytes),
  'test.bin': images['test.bin'] * recordBytes(labelBytes),
};
export const cifar100FileNames = Object.keys(images) as Cifar100File[];

/** Its page publishes the md5 of the archive, and no sums of the files in it. */
export const cifar100: Dataset = {
  title: 'CIFAR-100',
  classes: cifar100Classes,
  trainingImages: images['train.bin'],
  smallestClass: 500,
  testImages: images['test.bin'],
  imageSize,
  decode,
};

function decode(files: DatasetFiles): DatasetImages<HeldImages> {
  const imagesOf = (name: Cifar100File): HeldImages => {
    const held = emptyImages(images[name]);
    decodeRecords(files[name]!, held, 0, labelBytes);
    return held;
  };
  return { train: imagesOf('train.bin'), test: imagesOf('test.bin') };
}
