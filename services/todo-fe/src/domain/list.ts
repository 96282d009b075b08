import { type Filter, matches, type Todo } from './todo.ts';

/** What the user asked for and the server has not yet confirmed. `todo` is the last state that the server reported. */
export interface Intent {
    readonly todo: Todo;
    readonly want: 'done' | 'open' | 'deleted';
}

export type Intents = ReadonlyMap<string, Intent>;

/** The part of the server's list that was read: newest first, that is by descending id. */
export interface Loaded {
    readonly items: readonly Todo[];
    /** Cursor of the next page; null at the end. */
    readonly next: string | null;
}

/** The list on the screen: the server's, with every intent already carried out, also of to-dos that it does not list yet. */
export function visibleTodos(loaded: Loaded, intents: Intents, filter: Filter): Todo[] {
    let items = loaded.items;
    for (const { todo } of intents.values()) {
        if (!items.some(({ id }) => id === todo.id)) items = withPlaced({ ...loaded, items }, todo);
    }
    return items.flatMap((todo) => {
        const want = intents.get(todo.id)?.want;
        if (want === 'deleted') return [];
        const shown = want === undefined ? todo : { ...todo, done: want === 'done' };
        return matches(filter, shown) ? [shown] : [];
    });
}

/** With `todo` in the place of its older self, or where it belongs; not when that lies beyond what was read. */
export function withPlaced({ items, next }: Loaded, todo: Todo): readonly Todo[] {
    if (items.some(({ id }) => id === todo.id)) return items.map((old) => (old.id === todo.id ? todo : old));
    const at = items.findIndex(({ id }) => id < todo.id);
    if (at < 0) return next === null ? [...items, todo] : items;
    return [...items.slice(0, at), todo, ...items.slice(at)];
}

export function without(todos: readonly Todo[], id: string): Todo[] {
    return todos.filter((todo) => todo.id !== id);
}

/** Adds a page below; what moved down since the last page was read is not listed twice. */
export function withAppended(todos: readonly Todo[], more: readonly Todo[]): Todo[] {
    const known = new Set(todos.map((todo) => todo.id));
    return [...todos, ...more.filter((todo) => !known.has(todo.id))];
}

/** Whether both lists would look the same (order, titles, states). */
export function looksEqual(a: readonly Todo[], b: readonly Todo[]): boolean {
    return a.length === b.length && a.every((todo, i) => todo.id === b[i]?.id && todo.version === b[i]?.version);
}

/** The id to focus when `id` leaves the list: the one below, else the one above, else none. */
export function neighbourOf(todos: readonly Todo[], id: string): string | null {
    const at = todos.findIndex((todo) => todo.id === id);
    return (todos[at + 1] ?? todos[at - 1])?.id ?? null;
}

/** "3 open, 2 done". `more`: the server has further to-dos than those counted. */
export function describeCounts(todos: readonly Todo[], filter: Filter, more: boolean): string {
    const done = todos.filter((todo) => todo.done).length;
    const plus = more ? '+' : '';
    if (filter !== 'all') return `${todos.length}${plus} ${filter}`;
    const counts = `${todos.length - done} open, ${done} done`;
    return more ? `Newest ${todos.length}: ${counts}` : counts;
}
