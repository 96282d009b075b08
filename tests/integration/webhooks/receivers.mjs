// Receives webhooks with third-party code: standardwebhooks, svix, cloudevents; Ed25519 with Node's own.
// PORT; KEYS: {"/path": {"secret": "..."} or {"public": "<base64>"}}. GET /summary: per path and check how often it passed, and why not.
import crypto from 'node:crypto';
import http from 'node:http';
import { CloudEvent, HTTP } from 'cloudevents';
import { Webhook as StandardWebhooks } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const keys = JSON.parse(process.env.KEYS);
const libraries = { standardwebhooks: StandardWebhooks, svix: Svix };
const otherKey = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const summary = {};

function check(path, what, holds) {
    summary[path] ??= {};
    summary[path][what] ??= { held: 0, failed: [] };
    const tally = summary[path][what];
    try {
        if (holds() === false) throw new Error('does not hold');
        tally.held++;
    } catch (e) {
        tally.failed.push(e.message);
    }
}

function refused(action) {
    try {
        action();
    } catch {
        return true;
    }
    return false;
}

function checkLibrary(path, name, secret, headers, body) {
    const Library = libraries[name];
    const webhook = new Library(secret);
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const changed = (part) => refused(() => webhook.verify(part.body ?? body, { ...headers, ...part.headers }));
    check(path, `${name} verifies`, () => webhook.verify(body, headers) !== undefined);
    check(path, `${name} signs the same`, () =>
        headers['webhook-signature'].split(' ').includes(webhook.sign(headers['webhook-id'], at, body)),
    );
    check(path, `${name} refuses another key`, () => refused(() => new Library(otherKey).verify(body, headers)));
    check(path, `${name} refuses another body`, () => changed({ body: body.replace('title', 'titlf') }));
    check(path, `${name} refuses another id`, () =>
        changed({ headers: { 'webhook-id': `x${headers['webhook-id']}` } }),
    );
}

function ed25519Fits(publicKey, headers, body) {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'base64')]);
    const key = crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
    const signatures = headers['webhook-signature'].split(' ').filter((s) => s.startsWith('v1a,'));
    return signatures.some((s) => crypto.verify(null, content, key, Buffer.from(s.slice(4), 'base64')));
}

function checkEvent(path, headers, body) {
    check(path, 'cloudevents takes it for an event', () => HTTP.isEvent({ headers, body }));
    check(path, 'cloudevents validates it', () => HTTP.toEvent({ headers, body }).validate());
    check(path, 'cloudevents has every attribute', () => {
        const event = HTTP.toEvent({ headers, body });
        return (
            event.id === headers['webhook-id'] &&
            [event.time, event.source, event.type, event.subject, event.data.todo].every(Boolean)
        );
    });
    check(
        path,
        'cloudevents makes the same of it',
        () => JSON.parse(HTTP.structured(new CloudEvent(JSON.parse(body))).body).id === JSON.parse(body).id,
    );
}

async function take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url, headers } = request;
    const body = Buffer.concat(chunks).toString('utf8');
    const { secret, public: publicKey } = keys[url];
    if (secret) for (const name of Object.keys(libraries)) checkLibrary(url, name, secret, headers, body);
    if (publicKey) {
        check(url, 'node verifies', () => ed25519Fits(publicKey, headers, body));
        check(url, 'node refuses another body', () => !ed25519Fits(publicKey, headers, `${body} `));
    }
    check(url, 'the time is now', () => Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 60);
    checkEvent(url, headers, body);
    response.writeHead(204).end();
}

http.createServer((request, response) => {
    if (request.url === '/summary') return response.end(JSON.stringify(summary));
    take(request, response).catch((e) => {
        console.error(e);
        response.writeHead(500).end();
    });
}).listen(Number(process.env.PORT), '127.0.0.1');
