/**
 * Damages a zip64 file, so that its directory is at a byte beyond 2^53. yauzl's own reader throws at that where nobody
 * can catch it.
 */
export function beyondItsEnd(zip64: Buffer): Buffer {
  const damaged = Buffer.from(zip64);
  const locator = damaged.lastIndexOf('PK\x06\x07', undefined, 'latin1');
  damaged.writeBigUInt64LE(2n ** 53n + 2n ** 20n, locator + 8);
  return damaged;
}
