import type { Todo } from '../domain/todo.ts';
import { ApiFailure } from './failure.ts';

export interface TodoPage {
    readonly items: readonly Todo[];
    /** Cursor of the next page; null at the end. */
    readonly next: string | null;
}

/** The server's JSON as a Todo. Unknown members are ignored, so that the API can grow. */
export function readTodo(value: unknown): Todo {
    const { id, title, done, due, labels, version, created_at } = members(value);
    if (typeof id !== 'string' || typeof title !== 'string' || typeof done !== 'boolean') throw malformed();
    if (typeof version !== 'number' || typeof created_at !== 'string') throw malformed();
    return {
        id,
        title,
        done,
        due: typeof due === 'string' ? due : null,
        labels: Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [],
        version,
        createdAt: created_at,
    };
}

export function readPage(value: unknown): TodoPage {
    const { items, next } = members(value);
    if (!Array.isArray(items)) throw malformed();
    return { items: items.map(readTodo), next: typeof next === 'string' ? next : null };
}

function members(value: unknown): Record<string, unknown> {
    if (typeof value !== 'object' || value === null) throw malformed();
    return { ...value };
}

function malformed(): ApiFailure {
    return new ApiFailure(200, 'The server gave an answer that this page does not understand.');
}
