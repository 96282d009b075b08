/** A to-do as the page shows it. `version` is the server's, sent back as If-Match. */
export interface Todo {
    readonly id: string;
    readonly title: string;
    readonly done: boolean;
    readonly due: string | null;
    readonly labels: readonly string[];
    readonly version: number;
    readonly createdAt: string;
}

export type Filter = 'all' | 'open' | 'done';

export function matches(filter: Filter, todo: Todo): boolean {
    return filter === 'all' || todo.done === (filter === 'done');
}

/** The filter that a location's hash names ("#open"); anything else is "all". */
export function filterFromHash(hash: string): Filter {
    const name = hash.replace(/^#/, '');
    return name === 'open' || name === 'done' ? name : 'all';
}
