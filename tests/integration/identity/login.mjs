// What a browser and an application do for a login: authorization code with PKCE (RFC 7636).
import { createHash, randomBytes } from 'node:crypto';

const callback = 'http://127.0.0.1/callback';

// Follows redirects, with cookies, until one leads to the application.
async function follow(url) {
    const cookies = new Map();
    for (let step = 0; step < 20; ++step) {
        if (url.startsWith(callback)) return new URL(url).searchParams;
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
        for (const set of answer.headers.getSetCookie()) {
            const [name, ...value] = set.split(';')[0].split('=');
            cookies.set(name, value.join('='));
        }
        if (!answer.headers.has('location')) throw new Error(`${answer.status} ${await answer.text()}`);
        url = new URL(answer.headers.get('location'), url).href;
    }
    throw new Error('too many redirects');
}

export async function login(issuer, resource) {
    const verifier = randomBytes(32).toString('base64url');
    const asked = new URLSearchParams({
        client_id: 'app',
        response_type: 'code',
        redirect_uri: callback,
        scope: 'openid offline_access todos:read todos:write',
        prompt: 'consent',
        resource,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
    });
    const came = await follow(`${issuer}/auth?${asked}`);
    const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: 'app',
            code: came.get('code'),
            redirect_uri: callback,
            code_verifier: verifier,
            resource,
        }),
    });
    return answer.json();
}
