import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '@bit-repro/terminal';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { digestFile, InputError } from '@bit-repro/artifacts';
import { embeddedNetwork } from '@bit-repro/stand-in';
import { convertCommand, fetchCommand, showCommand } from '../../src/commands/weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'weights-'));
const { signal } = new AbortController();

/** The lines that a command prints. */
async function printed(command: (context: CommandContext) => Promise<number>): Promise<string[]> {
  const lines: string[] = [];
  expect(await command({ print: (text) => void lines.push(text), signal })).toBe(0);
  return lines;
}
const convert = (from: string, to: string): Promise<string[]> =>
  printed((context) => convertCommand(from, join(folder, to), context));

describe('weights show', () => {
  it('prints format, network, digest, and the name, shape and type of each tensor', async () => {
    const lines = await printed((context) => showCommand(embeddedNetwork.file, { json: false }, context));
    expect(lines.slice(0, 6)).toEqual([
      `file     ${embeddedNetwork.file}`,
      'format   npz, with the names of the published files',
      'network  mini, no head',
      `sha256   ${await digestFile(embeddedNetwork.file, 'sha256')}`,
      expect.stringMatching(/^tensor +shape +type$/),
      expect.stringMatching(/^resnet\/root_block\/standardized_conv2d\/kernel +\[7, 7, 3, 32\] +float16$/),
    ]);
    expect(lines).toHaveLength(5 + 79);
  });
});

describe('weights convert', () => {
  it('writes safetensors under timm’s names, and npz under the published ones, and shows what it wrote', async () => {
    const there = await convert(embeddedNetwork.file, 'mini.safetensors');
    expect(there).toContainEqual('format   safetensors, with the names of timm');
    expect(there).toContainEqual(expect.stringMatching(/^stem\.conv\.weight +\[32, 3, 7, 7\] +float32$/));
    const back = await convert(join(folder, 'mini.safetensors'), 'back.npz');
    expect(back).toContainEqual('format   npz, with the names of the published files');
    await convert(embeddedNetwork.file, 'direct.npz');
    const digests = ['back.npz', 'direct.npz'].map((name) => digestFile(join(folder, name), 'sha256'));
    expect(new Set(await Promise.all(digests)).size).toBe(1);
  });

  it('takes a repository of the Hugging Face hub, which is fetched once', async () => {
    const content = readFileSync(embeddedNetwork.file);
    const oid = await digestFile(embeddedNetwork.file, 'sha256');
    const lastCommit = { id: 'c'.repeat(40), title: '', date: '2022-12-05T00:00:00Z' };
    const answers = [JSON.stringify([{ lfs: { oid, size: content.length }, lastCommit }]), content];
    const server = createServer((_, response) => response.end(answers.shift()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('HF_TOKEN', '');
    vi.stubEnv('BIT_REPRO_CACHE', mkdtempSync(join(folder, 'cache-')));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      server.closeAllConnections();
      server.close();
    });
    const fetched = await printed((context) => fetchCommand('hub:timm/mini', context));
    expect(fetched).toEqual([
      `timm/mini is at commit ${lastCommit.id}`,
      expect.stringMatching(`^hub:timm/mini is in .*\nsha256 ${oid}$`),
    ]);
    const shown = await convert('hub:timm/mini', 'hub.npz');
    await convert(embeddedNetwork.file, 'local.npz');
    expect(shown).toContainEqual('network  mini, no head');
    const [ofHub, local] = ['hub.npz', 'local.npz'].map((name) => readFileSync(join(folder, name)));
    expect(ofHub!.equals(local!)).toBe(true);
  });

  it('refuses another ending before it reads', async () => {
    await expect(convert(join(folder, 'none.npz'), 'mini.pth')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('.npz or .safetensors') as string,
    });
  });

  const stem = '{"stem.conv.weight":{"dtype":"F32","shape":[32,3,7,7],"data_offsets":[0,18816]}}';
  it.each([
    ['no weights', 'no weights', /cannot be read as a file of weights/],
    [
      'a part of a network, of which it names what lacks',
      `${String.fromCharCode(stem.length)}${'\0'.repeat(7)}${stem}${'\0'.repeat(18_816)}`,
      /found 1: no tensor stages\.0\.blocks\.0\.norm1\.weight of shape \[32\]/,
    ],
  ])('leaves nothing behind if it is given %s', async (_, content, message) => {
    const from = join(folder, 'from');
    writeFileSync(from, content, 'latin1');
    const before = readdirSync(folder);
    await expect(convert(from, 'to.npz')).rejects.toThrow(message);
    await expect(convert(from, 'to.npz')).rejects.toThrow(InputError);
    expect(readdirSync(folder)).toEqual(before);
  });
});
