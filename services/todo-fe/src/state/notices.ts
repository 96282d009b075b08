import { signal } from '@preact/signals';

/** An error that stays on the screen until it is dismissed, retried, or replaced by a newer one about the same thing. */
export interface Notice {
    readonly about: string;
    readonly text: string;
    readonly retry?: () => void;
}

const MOST_NOTICES = 3;

export function newNotices() {
    const shown = signal<readonly Notice[]>([]);
    /** Read out by screen readers; not visible. */
    const announcement = signal('');
    let spoken = 0;

    function dismiss(about: string): void {
        if (shown.value.some((notice) => notice.about === about)) {
            shown.value = shown.value.filter((notice) => notice.about !== about);
        }
    }
    function fail(notice: Notice): void {
        shown.value = [...shown.value.filter((other) => other.about !== notice.about), notice].slice(-MOST_NOTICES);
    }
    function announce(text: string): void {
        // The same sentence twice would be no change for a screen reader: a trailing no-break space makes it one.
        spoken += 1;
        announcement.value = spoken % 2 === 0 ? `${text}\u00a0` : text;
    }
    return { shown, announcement, dismiss, fail, announce };
}

export type Notices = ReturnType<typeof newNotices>;
