import { signal } from '@preact/signals';

const TICK_MS = 30_000;

/** The time that ages ("5 min ago") are measured from. */
export const now = signal(Date.now());

export function startClock(): void {
    setInterval(() => {
        now.value = Date.now();
    }, TICK_MS);
}
