import { z } from 'zod';
import type { LauncherSection } from './launcherSection.ts';
import { experimentFileSchema } from './schema.ts';
import { targetSchema } from './target/targetSchema.ts';

/** The JSON Schemas of the YAML files, by their file name in `configs/schema/`. */
export function jsonSchemas(sections: readonly LauncherSection[]): Record<string, object> {
  return {
    'experiment.schema.json': experimentJsonSchema(sections),
    'target.schema.json': toJsonSchema(targetSchema, 'Published numbers to compare with'),
  };
}

function experimentJsonSchema(sections: readonly LauncherSection[]): object {
  const { required, ...schema } = toJsonSchema(
    experimentFileSchema(sections),
    'An experiment (docs/configuration.md)',
  );
  const whole = { required, anyOf: [{ required: ['arms'] }, { required: ['grid'] }] };
  return { ...schema, anyOf: [{ required: ['extends'] }, whole] };
}

/** The JSON Schema of a file before defaults are applied. */
export const toJsonSchema = (schema: z.ZodType, title: string): Record<string, unknown> => ({
  ...z.toJSONSchema(schema, { io: 'input', target: 'draft-07' }),
  title,
});
