import { inflateSync } from 'node:zlib';

const header = { woff: 44, font: 12 };
const entry = { woff: 20, font: 16 };

/** Unpacks a font in WOFF, whose tables are deflated one by one. What only speeds up the search for a table is left out. */
export function unpackWoff(woff: Buffer): Buffer {
  const tables = woff.readUInt16BE(12);
  const font = Buffer.alloc(woff.readUInt32BE(16));
  woff.copy(font, 0, 4, 8);
  font.writeUInt16BE(tables, 4);
  let end = header.font + tables * entry.font;
  for (let table = 0; table < tables; table += 1) {
    const from = header.woff + table * entry.woff;
    const to = header.font + table * entry.font;
    const offset = woff.readUInt32BE(from + 4);
    const packedBytes = woff.readUInt32BE(from + 8);
    const bytes = woff.readUInt32BE(from + 12);
    const packed = woff.subarray(offset, offset + packedBytes);
    (packedBytes < bytes ? inflateSync(packed) : packed).copy(font, end);
    // Its name, its checksum, where it is and how long.
    woff.copy(font, to, from, from + 4);
    woff.copy(font, to + 4, from + 16, from + 20);
    font.writeUInt32BE(end, to + 8);
    font.writeUInt32BE(bytes, to + 12);
    end += 4 * Math.ceil(bytes / 4);
  }
  return font;
}
