// Tokens that nobody should accept, made with the provider's own keys and other people's library, `jose`.
import { CompactSign, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';

const now = () => Math.floor(Date.now() / 1000);

async function signed(keys, claims, header = {}) {
    const jwk = keys.find((key) => key.alg === (header.alg ?? 'ES256'));
    return new SignJWT(claims)
        .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, typ: 'at+jwt', ...header })
        .sign(await importJWK(jwk, jwk.alg));
}

// Claims as text, which JSON.stringify would not write so.
async function signedText(keys, text) {
    const jwk = keys.find((key) => key.alg === 'ES256');
    return new CompactSign(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid })
        .sign(await importJWK(jwk, jwk.alg));
}

async function publicPem(keys) {
    const { d: _, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...shown } = keys.find((key) => key.alg === 'RS256');
    return exportSPKI(await importJWK(shown, 'RS256', { extractable: true }));
}

function appended(claims, more) {
    return `${JSON.stringify(claims).slice(0, -1)},${more}}`;
}

const attacks = {
    nothing: signed,
    none: (_, claims) => new UnsecuredJWT(claims).encode(),
    hs256: async (keys, claims) =>
        new SignJWT(claims)
            .setProtectedHeader({ alg: 'HS256', kid: keys[0].kid })
            .sign(new TextEncoder().encode(await publicPem(keys))),
    expired: (keys, claims) => signed(keys, { ...claims, iat: now() - 400, exp: now() - 61 }),
    notYet: (keys, claims) => signed(keys, { ...claims, nbf: now() + 120 }),
    otherIssuer: (keys, claims) => signed(keys, { ...claims, iss: 'https://evil.example' }),
    otherAudience: (keys, claims) => signed(keys, { ...claims, aud: ['https://other.example', 'app'] }),
    idToken: (keys, claims) => signed(keys, { ...claims, aud: 'app' }, { typ: 'JWT' }),
    logoutToken: (keys, claims) => signed(keys, claims, { typ: 'logout+jwt' }),
    huge: (keys, claims) => signed(keys, { ...claims, pad: 'x'.repeat(20_000) }),
    deep: (keys, claims) => signedText(keys, appended(claims, `"deep":${'['.repeat(2_000)}${']'.repeat(2_000)}`)),
    twice: (keys, claims) => signedText(keys, appended(claims, '"sub":"root"')),
    otherKey: async (keys, claims) => {
        const { privateKey } = await generateKeyPair('ES256');
        const { kid } = keys.find((key) => key.alg === 'ES256');
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
    },
    unknownKey: (keys, claims) => signed(keys, claims, { kid: `stranger-${Math.random()}` }),
};

export function forge(keys, claims, attack) {
    return attacks[attack](keys, { sub: 'anna', iat: now(), exp: now() + 300, ...claims });
}
