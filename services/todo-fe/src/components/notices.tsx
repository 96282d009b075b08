import type { Notices as NoticesState } from '../state/notices.ts';
import type { Page } from '../state/page.ts';
import { focusAddField } from './focus.ts';
import { CrossIcon } from './icons.tsx';

/** Changes that failed. The region is always there, so that what enters it is read out. */
export function Notices({ notices }: { notices: NoticesState }) {
    return (
        <div class="notices" role="alert" aria-atomic="false">
            {notices.shown.value.map(({ about, text, retry }) => (
                <div class="notice" key={about}>
                    <p>{text}</p>
                    {retry && (
                        <button type="button" class="quiet" onClick={() => afterDismiss(notices, about, retry)}>
                            Try again
                        </button>
                    )}
                    <button
                        type="button"
                        class="quiet square"
                        aria-label={`Dismiss: ${text}`}
                        onClick={() => afterDismiss(notices, about)}
                    >
                        <CrossIcon />
                    </button>
                </div>
            ))}
        </div>
    );
}

/** The pressed button disappears with its notice: the focus goes to the field, not to the void. */
function afterDismiss(notices: NoticesState, about: string, action?: () => void): void {
    notices.dismiss(about);
    focusAddField();
    action?.();
}

/** The list could not be loaded, or is no longer up to date. */
export function Trouble({ page }: { page: Page }) {
    const { trouble, phase } = page.state;
    const reason = trouble.value;
    const what = phase.value === 'failed' ? 'Your to-dos could not be loaded.' : 'The list may be out of date.';
    return (
        <div class="trouble" role="alert">
            {reason !== null && phase.value !== 'loading' && (
                <>
                    <p>
                        <strong>{what}</strong> {reason}
                    </p>
                    <button type="button" class="quiet" onClick={() => void page.load()}>
                        Retry
                    </button>
                </>
            )}
        </div>
    );
}

/** Says to screen readers what has changed. */
export function Announcer({ notices }: { notices: NoticesState }) {
    return (
        <p class="visually-hidden" role="status">
            {notices.announcement.value}
        </p>
    );
}
