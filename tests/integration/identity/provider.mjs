// An identity provider on 127.0.0.1:PORT that issues JWTs as access tokens: `oidc-provider`, which is certified for
// OpenID Connect. Beside it, for the test that started it:
//   GET  /control/login          tokens of somebody who logged in: authorization code with PKCE, with a refresh token
//   POST /control/rotate         other keys; the old ones are gone
//   POST /control/alg?is=ES256   what the next access tokens are signed with
//   POST /control/mode?is=slow   how discovery and keys are answered: ok, slow (never), garbage, error, huge, moved
//   GET  /control/fetches        how often the keys were asked for
//   POST /control/forge          what forge.mjs makes of the body: {attack, claims}
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { forge } from './forge.mjs';
import { login } from './login.mjs';

const issuer = `http://127.0.0.1:${process.env.PORT}`;
const audience = 'https://todo.example.com/api';
const algorithms = ['RS256', 'ES256', 'EdDSA'];

let alg = 'RS256';
let mode = 'ok';
let fetches = 0;
let keys, provider;

async function makeKeys() {
    keys = [];
    for (const name of algorithms) {
        const { privateKey } = await generateKeyPair(name, { extractable: true });
        keys.push({ ...(await exportJWK(privateKey)), alg: name, use: 'sig', kid: `${name}-${Date.now()}` });
    }
}

function makeProvider() {
    provider = new Provider(issuer, {
        jwks: { keys },
        clients: [
            {
                client_id: 'robot',
                client_secret: 'for-tests-only',
                grant_types: ['client_credentials'],
                redirect_uris: [],
                response_types: [],
            },
            {
                client_id: 'app',
                application_type: 'native',
                token_endpoint_auth_method: 'none',
                grant_types: ['authorization_code', 'refresh_token'],
                redirect_uris: ['http://127.0.0.1/callback'],
            },
        ],
        cookies: { keys: ['for tests only'] },
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        features: {
            devInteractions: { enabled: false },
            clientCredentials: { enabled: true },
            resourceIndicators: {
                enabled: true,
                defaultResource: () => audience,
                useGrantedResource: () => true,
                getResourceServerInfo: () => ({
                    scope: 'todos:read todos:write',
                    audience,
                    accessTokenTTL: 300,
                    accessTokenFormat: 'jwt',
                    jwt: { sign: { alg } },
                }),
            },
        },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    });
}

// Whoever asks is anna, and she agrees to everything.
async function interact(request, response) {
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login')
        return provider.interactionFinished(request, response, { login: { accountId: 'anna' } });
    const grant = new provider.Grant({ accountId: 'anna', clientId: params.client_id });
    grant.addOIDCScope('openid offline_access');
    grant.addResourceScope(audience, 'todos:read todos:write');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

async function text(request) {
    let body = '';
    for await (const chunk of request) body += chunk;
    return body;
}

const controls = {
    async login() {
        return JSON.stringify(await login(issuer, audience));
    },
    async rotate() {
        await makeKeys();
        makeProvider();
    },
    alg(is) {
        alg = is;
    },
    mode(is) {
        mode = is;
    },
    fetches: () => String(fetches),
    forge: async (_, body) => forge(keys, { iss: issuer, aud: audience, ...body.claims }, body.attack),
};

async function control(url, request, response) {
    const body = request.method === 'POST' ? await text(request) : '';
    const answer = await controls[url.pathname.split('/')[2]](url.searchParams.get('is'), body ? JSON.parse(body) : {});
    response.end(answer ?? '');
}

function answerOddly(response) {
    if (mode === 'slow') return;
    if (mode === 'moved') response.writeHead(302, { Location: `${issuer}/elsewhere` });
    if (mode === 'error') response.writeHead(500);
    response.end(mode === 'huge' ? `{"keys":[],"pad":"${'x'.repeat(70_000)}"}` : '<html>not what you think</html>');
}

async function answer(request, response) {
    const url = new URL(request.url, issuer);
    if (url.pathname === '/jwks') fetches += 1;
    if (url.pathname.startsWith('/control/')) return control(url, request, response);
    if (url.pathname.startsWith('/interaction/')) return interact(request, response);
    if (mode !== 'ok' && ['/jwks', '/.well-known/openid-configuration'].includes(url.pathname))
        return answerOddly(response);
    return provider.callback()(request, response);
}

await makeKeys();
makeProvider();
createServer((request, response) => {
    answer(request, response).catch((error) => {
        console.error(error);
        response.writeHead(500).end(String(error));
    });
}).listen(Number(process.env.PORT), '127.0.0.1');
