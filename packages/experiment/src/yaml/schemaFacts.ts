import { z } from 'zod';
import type { KeyPath } from './errors.ts';

/** What a schema says about a place in a file. */
export interface SchemaFacts {
  /** The valid keys of the mapping there. */
  keys: readonly string[];
  /** A valid value. */
  example?: unknown;
}

type Node = z.core.JSONSchema.BaseSchema;

/** Looks up places of a file in a schema. */
export function schemaFacts(schema: z.ZodType): (path: KeyPath) => SchemaFacts {
  const root = alternatives(z.toJSONSchema(schema, { io: 'input' }));
  return (path) => {
    const nodes = path.reduce<Node[]>((at, key) => at.flatMap((node) => children(node, key)), root);
    const examples = nodes.find((node) => node.examples)?.examples;
    return {
      keys: [...new Set(nodes.flatMap(({ properties }) => Object.keys(properties ?? {})))],
      ...(examples && { example: examples[0] }),
    };
  };
}

/** A schema and the alternatives of its unions. */
const alternatives = (node: Node | boolean | undefined): Node[] =>
  typeof node === 'object' ? [node, ...(node.anyOf ?? []).flatMap(alternatives)] : [];

const children = ({ properties, additionalProperties, items }: Node, key: PropertyKey): Node[] =>
  typeof key === 'number'
    ? alternatives(Array.isArray(items) ? undefined : items)
    : alternatives(properties?.[String(key)] ?? additionalProperties);
