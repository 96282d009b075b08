import { describe, expect, test } from 'vitest';
import { ApiFailure } from '../../src/api/failure.ts';
import type { ListQuery, TodosApi } from '../../src/api/todos.ts';
import { matches, type Todo } from '../../src/domain/todo.ts';
import { newPage, type Page } from '../../src/state/page.ts';
import { AWAY } from '../page_samples.ts';
import { sampleTodo } from '../todo_samples.ts';

/**
 * Every order in which requests can reach a server and their answers can come back: whatever the order, the list shown must
 * in the end be the server's, without one more refresh.
 */

/** A request reaches the server at one moment, its answer the page at a later one. */
interface Request {
    reach(): void;
    answer(): void;
    reached: boolean;
}

const idOf = (number: number) => String(number).padStart(3, '0');

class Server {
    todos: Todo[];
    readonly open: Request[] = [];
    private created: number;
    /** How many of the next changes are refused. */
    refusals = 0;

    /** The newest is open, the oldest done. */
    constructor(size: number) {
        this.created = size;
        this.todos = Array.from({ length: size }, (_, i) => sampleTodo(idOf(size - i), { done: i === size - 1 }));
    }

    readonly api: TodosApi = {
        list: (query) => this.request(() => this.page(query)),
        read: (id) => this.request(() => this.known(id)),
        create: (title) => this.request(() => this.put(sampleTodo(idOf(++this.created), { title }))),
        setDone: ({ id, version }, done) => this.request(() => this.toggle(id, version, done)),
        remove: (id) => this.request(() => void this.put({ ...this.known(id), version: 0 })),
    };

    private request<T>(act: () => T): Promise<T> {
        return new Promise((resolve, reject) => {
            let settle = () => {};
            const request: Request = {
                reached: false,
                reach: () => {
                    request.reached = true;
                    try {
                        const result = act();
                        settle = () => resolve(result);
                    } catch (error) {
                        settle = () => reject(error);
                    }
                },
                answer: () => {
                    this.open.splice(this.open.indexOf(request), 1);
                    settle();
                },
            };
            this.open.push(request);
        });
    }

    private page({ filter, cursor, limit }: ListQuery) {
        const all = this.listed(filter).filter(({ id }) => !cursor || id < cursor);
        const items = all.slice(0, limit);
        return { items, next: all.length > limit ? (items.at(-1)?.id ?? null) : null };
    }

    private known(id: string): Todo {
        const todo = this.todos.find((one) => one.id === id);
        if (!todo) throw new ApiFailure(404, 'No such to-do.');
        return todo;
    }

    private toggle(id: string, version: number, done: boolean): Todo {
        if (this.known(id).version !== version) throw new ApiFailure(412, 'Changed.');
        return this.put({ ...this.known(id), done, version: version + 1 });
    }

    private put(todo: Todo): Todo {
        if (this.refusals > 0) {
            this.refusals -= 1;
            throw AWAY;
        }
        const others = this.todos.filter(({ id }) => id !== todo.id);
        this.todos = todo.version === 0 ? others : [...others, todo].sort((a, b) => (a.id < b.id ? 1 : -1));
        return todo;
    }

    listed(filter: ListQuery['filter']): Todo[] {
        return this.todos.filter((todo) => matches(filter, todo));
    }
}

type Action = (page: Page) => unknown;
const shown = (page: Page, id: string) => page.state.visible.value.find((todo) => todo.id === id);
const done =
    (id: string, to = true): Action =>
    (page) => {
        const todo = shown(page, id);
        return todo && page.setDone(todo, to);
    };
const remove =
    (id: string): Action =>
    (page) => {
        const todo = shown(page, id);
        return todo && page.remove(todo);
    };
const add: Action = (page) => page.add('new');
const show =
    (filter: ListQuery['filter']): Action =>
    (page) =>
        page.show(filter);
const refresh: Action = (page) => page.refresh();
const more: Action = (page) => page.loadMore();

async function turn() {
    for (let i = 0; i < 12; i += 1) await Promise.resolve();
}

/** What can happen next: the reader's next action, a request reaching the server, an answer coming back. */
function choices(server: Server, actions: Action[], page: Page): (() => void)[] {
    const [next] = actions;
    const act = () => {
        actions.shift();
        void next?.(page);
    };
    const acts = next ? [act] : [];
    return [...acts, ...server.open.map((request) => () => (request.reached ? request.answer() : request.reach()))];
}

/** Plays the history along `path`, then always the first choice; returns how many choices there were at each step. */
async function play(size: number, history: readonly Action[], refusals: number, path: readonly number[]) {
    const server = new Server(size);
    const page = newPage(server.api, 'all');
    const actions = [...history];
    const widths: number[] = [];
    void page.load();
    server.open[0]?.reach();
    server.open[0]?.answer();
    await turn();
    server.refusals = refusals;
    for (let step = 0; ; step += 1) {
        const possible = choices(server, actions, page);
        if (possible.length === 0) return { server, page, widths };
        widths.push(possible.length);
        possible[path[step] ?? 0]?.();
        await turn();
    }
}

/** The next path in depth-first order, or null after the last. */
function following(path: readonly number[], widths: readonly number[]): number[] | null {
    const next = widths.map((_, step) => path[step] ?? 0);
    for (let step = next.length - 1; step >= 0; step -= 1) {
        const taken = next[step] ?? 0;
        if (taken + 1 < (widths[step] ?? 0)) return [...next.slice(0, step), taken + 1];
    }
    return null;
}

const look = (todos: readonly Todo[]) =>
    todos.map(({ id, done, version }) => `${id}:${done ? 'done' : 'open'}:${version}`);

async function everyOrder(size: number, history: readonly Action[], refusals = 0): Promise<number> {
    let orders = 0;
    for (let path: number[] | null = []; path; orders += 1) {
        const { server, page, widths } = await play(size, history, refusals, path);
        const { filter, next, visible, intents } = page.state;
        const all = look(server.listed(filter.value));
        const seen = look(visible.value);
        const wanted = next.value === null ? all : all.slice(0, seen.length);
        expect(seen, `order ${path.join(' ')}`).toEqual(wanted);
        expect(next.value !== null && seen.length < Math.min(2, all.length), `short: order ${path.join(' ')}`).toBe(
            false,
        );
        expect(intents.value.size).toBe(0);
        path = following(path, widths);
    }
    return orders;
}

describe('in any order of responses the list shows every confirmed change', () => {
    test.each<[string, Action[]]>([
        ['toggle, then "Done"', [done('003'), show('done')]],
        ['toggle, then "Open"', [done('003'), show('open')]],
        ['toggle, "Done", "All"', [done('003'), show('done'), show('all')]],
        ['toggle twice, then "Done"', [done('002'), done('002', false), show('done')]],
        ['"Done", then open again there', [show('done'), done('001', false)]],
        ['add, then "Open"', [add, show('open')]],
        ['add while a refresh runs', [refresh, add]],
        ['toggle while a refresh runs, then "Done"', [refresh, done('003'), show('done')]],
        ['delete while a refresh runs', [refresh, remove('002')]],
        ['delete, then "Open"', [remove('003'), show('open')]],
        ['toggle, delete, "Done"', [done('003'), remove('003'), show('done')]],
        ['two toggles, then "Done"', [done('003'), done('002'), show('done')]],
        ['add, "Done", "Open"', [add, show('done'), show('open')]],
    ])('%s', async (_, history) => {
        expect(await everyOrder(3, history)).toBeGreaterThan(3);
    });

    test.each<[string, Action[]]>([
        ['toggle, then "Done"', [done('003'), show('done')]],
        ['delete, then "Open"', [remove('003'), show('open')]],
        ['toggle, "Open", "All"', [done('003'), show('open'), show('all')]],
    ])('also if one is rejected: %s', async (_, history) => {
        expect(await everyOrder(3, history, 1)).toBeGreaterThan(3);
    });

    test.each<[string, Action[]]>([
        ['toggle while more is read', [more, done('052')]],
        ['delete while more is read', [more, remove('051')]],
        ['delete, then more', [remove('051'), more]],
        ['add while more is read', [more, add]],
        ['a refresh of more than a page, and a toggle', [more, refresh, done('001', false)]],
    ])('in a list of more than a page: %s', async (_, history) => {
        expect(await everyOrder(52, history)).toBeGreaterThan(3);
    });
});
