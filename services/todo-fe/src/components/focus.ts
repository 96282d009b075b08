export type RowControl = 'checkbox' | 'button';

/** Focuses a control of the row of a to-do; false when there is no such row. */
export function focusRow(id: string, control: RowControl): boolean {
    const selector = control === 'checkbox' ? 'input' : 'button';
    const target = document.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] ${selector}`);
    target?.focus();
    return target !== null;
}

export function focusAddField(): void {
    document.getElementById('new-title')?.focus();
}
