import type { z } from 'zod';
import { ConfigError } from './errors.ts';
import { schemaFacts } from './schemaFacts.ts';
import { shapeProblems } from './shapeProblems.ts';
import { readYaml, type YamlFile } from './yamlFile.ts';

/**
 * Checks a YAML file against a schema. The keys suggested for unknown ones are those of `written`, the schema
 * of a single file.
 *
 * @throws ConfigError with all problems of its shape.
 */
export function checkShape<T>(yaml: YamlFile, schema: z.ZodType<T>, written: z.ZodType = schema): T {
  const parsed = schema.safeParse(yaml.value);
  if (!parsed.success) {
    throw new ConfigError(shapeProblems(parsed.error.issues, yaml, schemaFacts(written)));
  }
  return parsed.data;
}

/**
 * Reads a YAML file and checks it against a schema.
 *
 * @throws ConfigError with all problems of its syntax or, if there are none, of its shape.
 */
export async function readChecked<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return checkShape(await readYaml(file), schema);
}
