// asyncapi.mjs FILE: AsyncAPI's own parser finds nothing in the document, not even a hint.
import { readFile } from 'node:fs/promises';
import { Parser } from '@asyncapi/parser';

const file = process.argv[2];
const { diagnostics } = await new Parser().parse(await readFile(file, 'utf8'), { source: file });
for (const { message, path, range } of diagnostics)
    console.error(`${file}:${range.start.line + 1}: ${message} (${path.join('.')})`);
process.exit(diagnostics.length === 0 ? 0 : 1);
