import { batch } from '@preact/signals';
import { messageOf } from '../api/failure.ts';
import type { TodosApi } from '../api/todos.ts';
import type { TodoPage } from '../api/wire.ts';
import { looksEqual, withAppended } from '../domain/list.ts';
import type { Filter, Todo } from '../domain/todo.ts';
import type { Notices } from './notices.ts';
import type { TodoState } from './todo_state.ts';

export const PAGE_SIZE = 50;

/** Brings the server's list into the state: first load, refresh, another filter, further pages. Never rejects. */
export function listReader(state: TodoState, api: TodosApi, notices: Notices) {
    let running: AbortController | null = null;

    /** Shows another filter: immediately what is known of it, then what the server has. */
    async function show(filter: Filter): Promise<void> {
        if (filter === state.filter.value) return;
        batch(() => {
            state.filter.value = filter;
            state.next.value = null;
        });
        await load();
        if (state.phase.value === 'ready') notices.announce(`Showing ${state.visible.value.length} to-dos.`);
    }

    /** Loads the list from its top, saying so on the screen. */
    async function load(): Promise<void> {
        state.phase.value = 'loading';
        await read(PAGE_SIZE);
    }

    /** Looks for changes made elsewhere, quietly; does nothing while a read is in progress. */
    async function refresh(): Promise<void> {
        if (running || state.loadingMore.value) return;
        const before = state.visible.value;
        await read(Math.max(PAGE_SIZE, state.confirmed.value.length));
        if (state.phase.value === 'ready' && before.length > 0 && !looksEqual(before, state.visible.value)) {
            notices.announce('The list was updated.');
        }
    }

    async function read(atLeast: number): Promise<void> {
        running?.abort();
        const mine = new AbortController();
        running = mine;
        try {
            const since = state.changes.now();
            const page = state.changes.applyTo(await pages(atLeast, mine.signal), since);
            if (mine.signal.aborted) return;
            batch(() => {
                state.confirmed.value = page.items;
                state.next.value = page.next;
                state.trouble.value = null;
                state.phase.value = 'ready';
            });
        } catch (error) {
            if (!mine.signal.aborted) failed(error);
        } finally {
            if (running === mine) running = null;
        }
    }

    /** A refresh that fails keeps what is on the screen; a first load that fails has nothing to show. */
    function failed(error: unknown): void {
        batch(() => {
            state.trouble.value = messageOf(error);
            state.phase.value = state.phase.value === 'ready' ? 'ready' : 'failed';
        });
    }

    async function pages(atLeast: number, signal: AbortSignal): Promise<TodoPage> {
        let items: readonly Todo[] = [];
        let cursor: string | null = null;
        do {
            const page: TodoPage = await api.list({ filter: state.filter.value, limit: PAGE_SIZE, cursor, signal });
            items = withAppended(items, page.items);
            cursor = page.next;
        } while (cursor !== null && items.length < atLeast);
        return { items, next: cursor };
    }

    /** Appends the next page. Resolves with the id of the first to-do that is new on the screen, or null. */
    async function loadMore(): Promise<string | null> {
        const cursor = state.next.value;
        if (cursor === null || state.phase.value !== 'ready' || state.loadingMore.value) return null;
        running?.abort();
        state.loadingMore.value = true;
        const filter = state.filter.value;
        const since = state.changes.now();
        try {
            const page = await api.list({ filter, limit: PAGE_SIZE, cursor });
            // Another filter or a refresh came in between: the cursor belongs to a list that is gone.
            return state.filter.value === filter && state.next.value === cursor ? append(page, since) : null;
        } catch (error) {
            const text = `Older to-dos could not be loaded. ${messageOf(error)}`;
            notices.fail({ about: 'more', text, retry: () => void loadMore() });
            return null;
        } finally {
            state.loadingMore.value = false;
        }
    }

    function append(page: TodoPage, since: number): string | null {
        const before = state.visible.value.length;
        const items = withAppended(state.confirmed.value, page.items);
        const longer = state.changes.applyTo({ items, next: page.next }, since);
        batch(() => {
            state.confirmed.value = longer.items;
            state.next.value = longer.next;
        });
        notices.dismiss('more');
        notices.announce(`${state.visible.value.length - before} more to-dos.`);
        return state.visible.value[before]?.id ?? null;
    }

    return { show, load, refresh, loadMore };
}
