import { useLayoutEffect, useRef } from 'preact/hooks';
import { neighbourOf } from '../domain/list.ts';
import type { Filter, Todo } from '../domain/todo.ts';
import type { Page } from '../state/page.ts';
import { focusAddField, focusRow, type RowControl } from './focus.ts';
import { TodoRow } from './todo_row.tsx';

const NOTHING: Readonly<Record<Filter, string>> = {
    all: 'Nothing to do yet. Add your first to-do above.',
    open: 'Everything is done. Enjoy the quiet.',
    done: 'Nothing is done yet.',
};

export function ListPanel({ page }: { page: Page }) {
    const { state } = page;
    const { act, loadMore } = useFocusedActions(page);
    const todos = state.visible.value;
    const loading = state.phase.value === 'loading';
    return (
        <div class="list-panel" aria-busy={loading}>
            {todos.length > 0 && (
                <ul class="todos">
                    {todos.map((todo) => (
                        <TodoRow
                            key={todo.id}
                            todo={todo}
                            onToggle={(row) => act(row, 'checkbox', () => page.setDone(row, !row.done))}
                            onDelete={(row) => act(row, 'button', () => page.remove(row))}
                        />
                    ))}
                </ul>
            )}
            {todos.length === 0 && loading && <p class="empty">Loading your to-dos…</p>}
            {todos.length === 0 && state.phase.value === 'ready' && <p class="empty">{NOTHING[state.filter.value]}</p>}
            {state.next.value !== null && (
                <button
                    type="button"
                    class="more"
                    aria-disabled={state.loadingMore.value}
                    onClick={() => void loadMore()}
                >
                    {state.loadingMore.value ? 'Loading…' : 'Load more'}
                </button>
            )}
        </div>
    );
}

/** Keeps the keyboard's place: a row that leaves passes the focus on, further rows receive it. */
function useFocusedActions(page: Page) {
    const leaving = useRef<{ id: string; to: string | null; control: RowControl } | null>(null);
    const shown = page.state.visible.value;

    useLayoutEffect(() => {
        const left = leaving.current;
        leaving.current = null;
        if (!left || shown.some((todo) => todo.id === left.id)) return;
        if (left.to === null || !focusRow(left.to, left.control)) focusAddField();
    }, [shown]);

    function act(todo: Todo, control: RowControl, change: () => Promise<void>): void {
        leaving.current = { id: todo.id, to: neighbourOf(page.state.visible.value, todo.id), control };
        void change();
    }

    async function loadMore(): Promise<void> {
        const first = await page.loadMore();
        if (first !== null) requestAnimationFrame(() => focusRow(first, 'checkbox'));
    }

    return { act, loadMore };
}
