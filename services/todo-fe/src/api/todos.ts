import type { Filter, Todo } from '../domain/todo.ts';
import { exchange } from './exchange.ts';
import { ApiFailure } from './failure.ts';
import { readPage, readTodo, type TodoPage } from './wire.ts';

export interface ListQuery {
    readonly filter: Filter;
    readonly limit: number;
    readonly cursor?: string | null;
    readonly signal?: AbortSignal;
}

/** /api/todos. Every call resolves with what the server confirmed, or rejects with ApiFailure. */
export interface TodosApi {
    list(query: ListQuery): Promise<TodoPage>;
    read(id: string): Promise<Todo>;
    create(title: string): Promise<Todo>;
    /** Conditional on `todo.version`: a change made elsewhere in between is a 412. */
    setDone(todo: Todo, done: boolean): Promise<Todo>;
    remove(id: string): Promise<void>;
}

/** The world outside, exchangeable for tests. */
export interface Surroundings {
    readonly fetch: typeof fetch;
    readonly pause: (milliseconds: number) => Promise<void>;
    readonly newKey: () => string;
}

const LONGEST_PAUSE_MS = 5_000;
const USUAL_PAUSE_MS = 500;

/** `base` ends in a slash: <origin>/<prefix>/api/. */
export function todosApi(base: URL, world: Surroundings): TodosApi {
    const item = (id: string) => new URL(`todos/${encodeURIComponent(id)}`, base);
    return {
        async list({ filter, limit, cursor, signal }) {
            const url = new URL('todos', base);
            url.searchParams.set('limit', String(limit));
            if (cursor) url.searchParams.set('cursor', cursor);
            if (filter !== 'all') url.searchParams.set('done', String(filter === 'done'));
            return readPage(await exchange(world.fetch, signal ? { url, signal } : { url }));
        },
        async read(id) {
            return readTodo(await exchange(world.fetch, { url: item(id) }));
        },
        async create(title) {
            const url = new URL('todos', base);
            const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': world.newKey() };
            const request = { url, method: 'POST', headers, body: { title } } as const;
            return readTodo(await onceMore(world, () => exchange(world.fetch, request)));
        },
        async setDone(todo, done) {
            const headers = { 'Content-Type': 'application/merge-patch+json', 'If-Match': `"${todo.version}"` };
            const request = { url: item(todo.id), method: 'PATCH', headers, body: { done } } as const;
            const changed = readTodo(await exchange(world.fetch, request));
            if (changed.done !== done) throw new ApiFailure(200, 'The server did not take the change over.');
            return changed;
        },
        async remove(id) {
            await exchange(world.fetch, { url: item(id), method: 'DELETE' });
        },
    };
}

/**
 * Repeats a request once when no answer came or the service was away. Only for requests that carry an idempotency
 * key: the first try may have succeeded without our hearing of it.
 */
async function onceMore<T>(world: Surroundings, attempt: () => Promise<T>): Promise<T> {
    try {
        return await attempt();
    } catch (error) {
        if (!(error instanceof ApiFailure) || (error.status !== 0 && error.status !== 503)) throw error;
        const wait = error.retryAfter ?? USUAL_PAUSE_MS;
        if (wait > LONGEST_PAUSE_MS) throw error;
        await world.pause(wait);
        return attempt();
    }
}
