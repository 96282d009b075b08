// Validates Kubernetes objects strictly: stdin is a JSON list of them, stdout one JSON list of problems for each.
//
// The packages bring compiled validators, which let unknown fields pass. But a validator reads every field that its schema
// knows: so the object is handed over behind a proxy that notes what gets read, and a field that was never read is unknown.
// (An object of which nothing is read is free-form, as the values of a Helm chart.)
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
const { dependencies } = JSON.parse(readFileSync(join(modules, '..', 'package.json'), 'utf8'));

async function validatorOf({ apiVersion, kind }) {
    if (!/^[\w.\/-]+$/.test(`${apiVersion}/${kind}`)) return undefined;
    for (const name of Object.keys(dependencies)) {
        const model = join(modules, name, apiVersion, `${kind}.js`);
        if (!existsSync(model)) continue;
        const file = /_schemas\/\w+\.js/.exec(readFileSync(model, 'utf8'));
        if (file) return (await import(join(modules, name, file[0]))).validate;
    }
    return undefined;
}

function watched(value, path, reads) {
    if (value === null || typeof value !== 'object') return value;
    const read = new Set();
    reads.push({ value, path, read });
    const inner = new Map();
    return new Proxy(value, {
        get(target, key) {
            if (typeof key !== 'string') return target[key];
            read.add(key);
            if (!Object.hasOwn(target, key)) return target[key];
            if (!inner.has(key)) inner.set(key, watched(target[key], `${path}/${key}`, reads));
            return inner.get(key);
        },
    });
}

// The packages' generator takes a field of this name for the schema's own words and drops it, everywhere.
const isDescription = (key, value) => key === 'description' && typeof value === 'string';

const unknownFields = (reads) =>
    reads.filter(({ value, read }) => !Array.isArray(value) && read.size > 0).flatMap(({ value, path, read }) =>
        Object.keys(value).filter((key) => !read.has(key) && !isDescription(key, value[key]))
            .map((key) => `${path}/${key}: unknown field`));

const detail = ({ params }) => Object.values(params).flat().join(', ');

async function problemsOf(object) {
    const validate = await validatorOf(object);
    if (!validate) return [`no schema for ${object.apiVersion} ${object.kind}`];
    const reads = [];
    const good = validate(watched(object, '', reads));
    const errors = good ? [] : validate.errors.map((e) => `${e.instancePath || '/'}: wrong ${e.keyword} (${detail(e)})`);
    return [...new Set([...errors, ...unknownFields(reads)])];
}

const objects = JSON.parse(readFileSync(0, 'utf8'));
const answers = [];
for (const object of objects) answers.push(await problemsOf(object));
process.stdout.write(JSON.stringify(answers));
