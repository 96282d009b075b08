// Runs the JavaScript snippet of docs/verify-a-webhook.md on every case: one line each, true or false.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { verify } = await import(pathToFileURL(path.resolve('verify.mjs')));
for (const { secret, headers, body } of JSON.parse(fs.readFileSync(process.argv[2])))
    console.log(verify(secret, headers, Buffer.from(body)));
