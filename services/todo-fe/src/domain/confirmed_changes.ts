import { type Loaded, withPlaced } from './list.ts';
import type { Todo } from './todo.ts';

const MOST_KEPT = 1_000;

/**
 * The changes that the server confirmed to this page. Answers come in any order: one to a read that began before a change
 * was confirmed may lack it, and is brought up to date here.
 */
export class ConfirmedChanges {
    /** Oldest first; null: deleted. */
    private readonly latest = new Map<string, { readonly at: number; readonly todo: Todo | null }>();
    private count = 0;

    record(id: string, todo: Todo | null): void {
        this.count += 1;
        this.latest.delete(id);
        this.latest.set(id, { at: this.count, todo });
        const [oldest] = this.latest.keys();
        if (this.latest.size > MOST_KEPT && oldest !== undefined) this.latest.delete(oldest);
    }

    /** Taken when a read begins. */
    now(): number {
        return this.count;
    }

    /** The answer to a read that began at `since`, as it would be had the server known every change since then. */
    applyTo({ items, next }: Loaded, since: number): Loaded {
        let current: readonly Todo[] = items.filter(({ id }) => this.latest.get(id)?.todo !== null);
        for (const [id, { at, todo }] of this.latest) {
            const listed = current.find((item) => item.id === id);
            // Missing although it was confirmed before the read began: it was changed or deleted elsewhere since.
            if (todo && (listed ? listed.version < todo.version : at > since))
                current = withPlaced({ items: current, next }, todo);
        }
        return { items: current, next };
    }
}
