import type { z } from 'zod';
import { ConfigError } from './errors.ts';
import { schemaFacts } from './schemaFacts.ts';
import { shapeProblems } from './shapeProblems.ts';
import { readYaml, type YamlFile } from './yamlFile.ts';

/**
 * Reads a YAML file of a schema.
 *
 * @throws ConfigError with everything that is wrong with its syntax, or else with its shape.
 */
export async function readChecked<T>(
  file: string,
  schema: z.ZodType<T>,
): Promise<{ content: T; yaml: YamlFile }> {
  const yaml = await readYaml(file);
  const parsed = schema.safeParse(yaml.value);
  if (!parsed.success) throw new ConfigError(shapeProblems(parsed.error.issues, yaml, schemaFacts(schema)));
  return { content: parsed.data, yaml };
}
