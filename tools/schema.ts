/** Writes the JSON schema of the config from the hyper-parameter table: `node tools/schema.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { configSchema } from '../src/shared/hyperparametersSchema.ts';

const folder = new URL('../media/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('dropscope.schema.json', folder), `${JSON.stringify(configSchema(), null, 2)}\n`);
