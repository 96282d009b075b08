import { describeCounts } from '../domain/list.ts';
import type { Filter } from '../domain/todo.ts';
import type { TodoState } from '../state/todo_state.ts';

const FILTERS: readonly { name: Filter; label: string }[] = [
    { name: 'all', label: 'All' },
    { name: 'open', label: 'Open' },
    { name: 'done', label: 'Done' },
];

/** Links, not buttons: a filter has an address, and the browser's back button works. */
export function FilterBar({ state }: { state: TodoState }) {
    const filter = state.filter.value;
    const known = state.phase.value === 'ready';
    return (
        <div class="filter-bar">
            <nav aria-label="Show">
                <ul class="filters">
                    {FILTERS.map(({ name, label }) => (
                        <li key={name}>
                            <a href={`#${name}`} aria-current={name === filter ? 'true' : undefined}>
                                {label}
                            </a>
                        </li>
                    ))}
                </ul>
            </nav>
            <p class="counts">{known && describeCounts(state.visible.value, filter, state.next.value !== null)}</p>
        </div>
    );
}
