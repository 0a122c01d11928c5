import { z } from 'zod';
import { experimentSchema } from './schema.ts';
import { targetSchema } from './targetSchema.ts';

/** The JSON Schemas of the YAML files, by the name of their file in `configs/schema/`. */
export function jsonSchemas(): Record<string, object> {
  return {
    'experiment.schema.json': toJsonSchema(experimentSchema, 'An experiment (docs/configuration.md)'),
    'target.schema.json': toJsonSchema(targetSchema, 'Published numbers to compare with'),
  };
}

const toJsonSchema = (schema: z.ZodType, title: string): object => ({
  ...z.toJSONSchema(schema, { io: 'input', target: 'draft-07' }),
  title,
});
