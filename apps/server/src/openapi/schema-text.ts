/** A JSON schema as a person writes it down: names, optional marks, bounds. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: unknown;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}

export function schemaText(schema: JsonSchema, indent = ''): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1)!;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices)
    return choices.map((choice) => schemaText(choice, indent)).join('\n' + indent + '| ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.properties) return objectText(schema, indent);
  if (schema.items) return `${schemaText(schema.items, indent)}[]${bounds(schema)}`;
  const types = [schema.type ?? 'any'].flat();
  const named = types.map((type) => (type === 'string' && schema.format) || type);
  return named.join(' | ') + bounds(schema);
}

function objectText({ properties = {}, required = [] }: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, property]) => {
    const mark = required.includes(name) ? '' : '?';
    const remark = property.description ? `   // ${property.description}` : '';
    return `${inner}${name}${mark}: ${schemaText(property, inner)}${remark}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function bounds(schema: JsonSchema): string {
  const marks = [
    schema.minimum !== undefined && schema.minimum > 0 ? `≥ ${schema.minimum}` : '',
    schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER
      ? `≤ ${schema.maximum}`
      : '',
    schema.maxLength === undefined ? '' : `at most ${schema.maxLength} characters`,
    schema.maxItems === undefined ? '' : `at most ${schema.maxItems}`,
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ].filter(Boolean);
  return marks.length > 0 ? ` (${marks.join(', ')})` : '';
}
