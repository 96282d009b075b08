import { ApiFailure } from '../src/api/failure.ts';
import type { ListQuery, TodosApi } from '../src/api/todos.ts';
import type { TodoPage } from '../src/api/wire.ts';
import { newPage, type Page } from '../src/state/page.ts';

export const AWAY = new ApiFailure(503, 'Away.');

/** An answer that the test gives when it wants to. */
export function later<T>() {
    let resolve: (value: T) => void = () => {};
    let reject: (reason: unknown) => void = () => {};
    const promise = new Promise<T>((yes, no) => {
        resolve = yes;
        reject = no;
    });
    return { promise, resolve, reject };
}

function unexpected(): Promise<never> {
    throw new Error('not expected to be called');
}

/** A page whose API answers `calls` only. */
export function pageWith(calls: Partial<TodosApi>): Page {
    const refuse = { list: unexpected, read: unexpected, create: unexpected, setDone: unexpected, remove: unexpected };
    return newPage({ ...refuse, ...calls }, 'all');
}

/** Lists one after the other, the last one again and again, and what was asked for. */
export function lists(...pages: (TodoPage | Error)[]) {
    const queries: ListQuery[] = [];
    const list = async (query: ListQuery) => {
        queries.push(query);
        const page = pages.length > 1 ? pages.shift() : pages[0];
        if (page instanceof Error || page === undefined) throw page;
        return page;
    };
    return { list, queries };
}
