/** Decorative drawings: the text beside them, or the control's label, says what they mean. */
export function CheckIcon() {
    return (
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="M3.5 8.5l3 3 6-7" />
        </svg>
    );
}

export function CrossIcon() {
    return (
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="M4 4l8 8M12 4l-8 8" />
        </svg>
    );
}

export function BinIcon() {
    return (
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="M3 4.5h10M6.5 4.5v-1a1 1 0 011-1h1a1 1 0 011 1v1M4.5 4.5l.6 8a1 1 0 001 1h3.8a1 1 0 001-1l.6-8M6.8 7v4M9.2 7v4" />
        </svg>
    );
}

export function Mark() {
    return (
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect class="mark-ground" width="32" height="32" rx="9" />
            <path class="mark-check" d="M8 16.5l5.2 5.2L24 10.8" />
            <circle class="mark-news" cx="24.5" cy="7.5" r="3.5" />
        </svg>
    );
}
