/** The values of nested mappings by their path, `fineTune.baseLr`; a list is a value. */
export function flatten(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([[path, value]]);
  const entries = Object.entries(value).flatMap(([key, inner]) => [
    ...flatten(inner, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(entries);
}

/** A value on one line, without what could steer a terminal. */
export function inLine(value: unknown, most = Infinity): string {
  const text = JSON.stringify(value);
  const line = typeof value === 'string' ? text.slice(1, -1).replaceAll('\\"', '"') : text;
  const plain = line.replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain;
}
