import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { ConfirmedChanges } from '../domain/confirmed_changes.ts';
import { type Intents, visibleTodos } from '../domain/list.ts';
import type { Filter, Todo } from '../domain/todo.ts';

/** What the page knows. Only list_reader.ts and list_writer.ts change it; components read it. */
export interface TodoState {
    readonly filter: Signal<Filter>;
    /** As the server last reported, newest first; while another filter's list is read, still that of the filter before. */
    readonly confirmed: Signal<readonly Todo[]>;
    /** Changes on their way to the server, by to-do id. */
    readonly intents: Signal<Intents>;
    /** What the screen shows: `confirmed` with `intents` carried out, filtered. */
    readonly visible: ReadonlySignal<readonly Todo[]>;
    /** Cursor of the next page; null when everything is loaded. */
    readonly next: Signal<string | null>;
    readonly phase: Signal<'loading' | 'ready' | 'failed'>;
    readonly loadingMore: Signal<boolean>;
    /** Why the list could not be loaded ("failed") or is not up to date ("ready"); null when all is well. */
    readonly trouble: Signal<string | null>;
    readonly changes: ConfirmedChanges;
}

export function newTodoState(filter: Filter): TodoState {
    const state = {
        filter: signal(filter),
        confirmed: signal<readonly Todo[]>([]),
        intents: signal<Intents>(new Map()),
        next: signal<string | null>(null),
        phase: signal<'loading' | 'ready' | 'failed'>('loading'),
        loadingMore: signal(false),
        trouble: signal<string | null>(null),
        changes: new ConfirmedChanges(),
    };
    const visible = computed(() => {
        const loaded = { items: state.confirmed.value, next: state.next.value };
        return visibleTodos(loaded, state.intents.value, state.filter.value);
    });
    return Object.assign(state, { visible });
}
