import type { z } from 'zod';
import { ConfigError } from './errors.ts';
import { schemaFacts } from './schemaFacts.ts';
import { shapeProblems } from './shapeProblems.ts';
import { readYaml, type YamlFile } from './yamlFile.ts';

/**
 * What a YAML file says, by a schema. Unknown keys are held against those of `written`, the schema that people write by.
 *
 * @throws ConfigError with everything that is wrong with its shape.
 */
export function checkShape<T>(yaml: YamlFile, schema: z.ZodType<T>, written: z.ZodType = schema): T {
  const parsed = schema.safeParse(yaml.value);
  if (!parsed.success) {
    throw new ConfigError(shapeProblems(parsed.error.issues, yaml, schemaFacts(written)));
  }
  return parsed.data;
}

/**
 * Reads a YAML file of a schema.
 *
 * @throws ConfigError with everything that is wrong with its syntax, or else with its shape.
 */
export async function readChecked<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return checkShape(await readYaml(file), schema);
}
