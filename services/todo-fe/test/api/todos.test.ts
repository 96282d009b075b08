import { expect, test } from 'vitest';
import { ApiFailure, messageOf } from '../../src/api/failure.ts';
import { todosApi } from '../../src/api/todos.ts';
import { sampleTodo } from '../todo_samples.ts';

const BASE = new URL('https://page.example/project/api/');
const WIRE = {
    id: 'a',
    title: 'Milk',
    done: false,
    order: 1,
    due: null,
    priority: 0,
    labels: ['x'],
    version: 3,
    created_at: '2025-06-15T12:00:00Z',
    updated_at: '2025-06-15T12:00:00Z',
    done_at: null,
    url: '/api/todos/a',
};
const MILK = sampleTodo('a', { title: 'Milk', labels: ['x'], version: 3, createdAt: '2025-06-15T12:00:00Z' });

type Answer = Response | Error;

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
    return new Response(JSON.stringify(body), { status, headers });
}

/** An API on a fetch that gives `answers` one after the other, and what it was asked. */
function given(...answers: Answer[]) {
    const asked: { method: string; url: string; headers: Headers; body: string }[] = [];
    const pauses: number[] = [];
    const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
        asked.push({
            method: init.method ?? 'GET',
            url: String(url),
            headers: new Headers(init.headers),
            body: String(init.body ?? ''),
        });
        const answer = answers.shift();
        if (answer instanceof Response) return answer;
        throw answer ?? new Error('asked too often');
    };
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    let keys = 0;
    const newKey = () => `key-${++keys}`;
    return { api: todosApi(BASE, { fetch, pause, newKey }), asked, pauses };
}

test("a list is requested below the page's path, with filter and cursor", async () => {
    const { api, asked } = given(json(200, { items: [WIRE], next: 'c2' }));
    expect(await api.list({ filter: 'done', limit: 50, cursor: 'c1' })).toEqual({ items: [MILK], next: 'c2' });
    expect(asked[0]?.url).toBe('https://page.example/project/api/todos?limit=50&cursor=c1&done=true');
});

test('a to-do is created with an idempotency key', async () => {
    const { api, asked } = given(json(201, WIRE));
    expect(await api.create('Milk')).toEqual(MILK);
    expect(asked[0]).toMatchObject({ method: 'POST', body: '{"title":"Milk"}' });
    expect(asked[0]?.headers.get('Idempotency-Key')).toBe('key-1');
    expect(asked[0]?.headers.get('Content-Type')).toBe('application/json');
});

test.each([
    ['no answer', () => new TypeError('network'), 500],
    ['a 503', () => json(503, {}), 500],
    ['a 503 with Retry-After', () => json(503, {}, { 'Retry-After': '2' }), 2000],
])('after %s creating is retried once with the same key', async (_name, failure, pause) => {
    const { api, asked, pauses } = given(failure(), json(201, WIRE));
    expect(await api.create('Milk')).toEqual(MILK);
    expect(asked.map(({ headers }) => headers.get('Idempotency-Key'))).toEqual(['key-1', 'key-1']);
    expect(pauses).toEqual([pause]);
});

test.each([
    ['twice no answer', [new TypeError('network'), new TypeError('network')], 2, 'The server cannot be reached.'],
    ['a 503 that asks for a long pause', [json(503, { detail: 'Away.' }, { 'Retry-After': '60' })], 1, 'Away.'],
    ['a 422', [json(422, { detail: 'No.' })], 1, 'No.'],
])('after %s creating fails', async (_name, answers, times, message) => {
    const { api, asked } = given(...answers);
    await expect(api.create('Milk')).rejects.toThrow(message);
    expect(asked).toHaveLength(times);
});

test('done is set by a merge patch on the version that the page knows', async () => {
    const { api, asked } = given(json(200, { ...WIRE, done: true, version: 4 }));
    expect(await api.setDone(MILK, true)).toMatchObject({ done: true, version: 4 });
    expect(asked[0]).toMatchObject({ method: 'PATCH', body: '{"done":true}' });
    expect(asked[0]?.url).toBe('https://page.example/project/api/todos/a');
    expect(asked[0]?.headers.get('If-Match')).toBe('"3"');
    expect(asked[0]?.headers.get('Content-Type')).toBe('application/merge-patch+json');
});

test('a response without the requested change is a failure', async () => {
    const { api } = given(json(200, WIRE));
    await expect(api.setDone(MILK, true)).rejects.toThrow('did not take the change over');
});

test('deleting a to-do returns nothing', async () => {
    const { api, asked } = given(new Response(null, { status: 204 }));
    await api.remove('a/b');
    expect(asked[0]).toMatchObject({ method: 'DELETE', url: 'https://page.example/project/api/todos/a%2Fb' });
});

test.each([
    ['not JSON', new Response('<html>')],
    ['another shape', json(200, { items: [{ id: 1 }] })],
    ['no object', json(200, 7)],
])('a response that is %s is a failure with a message', async (_name, answer) => {
    const { api } = given(answer);
    const failure: unknown = await api.list({ filter: 'all', limit: 1 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiFailure);
    expect(messageOf(failure)).toBe('The server gave an answer that this page does not understand.');
});

test('an aborted read rejects with the reason for the abort', async () => {
    const abandoned = new AbortController();
    abandoned.abort();
    const { api } = given(new DOMException('gone', 'AbortError'));
    const reading = api.list({ filter: 'all', limit: 1, signal: abandoned.signal });
    await expect(reading).rejects.not.toBeInstanceOf(ApiFailure);
});
