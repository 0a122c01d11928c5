/** Signature, length and name of the first chunk, which has the size. */
const start = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Width and height of a PNG picture, in pixels; undefined of other bytes. */
export function pngSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (content.length < start.length + 8 || !start.equals(content.subarray(0, start.length))) return undefined;
  return { width: content.readUInt32BE(start.length), height: content.readUInt32BE(start.length + 4) };
}
