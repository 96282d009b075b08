import { useSignal } from '@preact/signals';
import type { TargetedSubmitEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { ApiFailure, messageOf } from '../api/failure.ts';
import { checkTitle, MAX_TITLE_LENGTH, titleLength } from '../domain/title.ts';
import type { Page } from '../state/page.ts';

const COUNT_FROM = MAX_TITLE_LENGTH - 30;

export function AddForm({ page }: { page: Page }) {
    const field = useRef<HTMLInputElement>(null);
    const text = useSignal('');
    const error = useSignal('');
    const busy = useSignal(false);

    async function submit(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
        event.preventDefault();
        if (busy.value) return;
        const typed = text.value;
        const checked = checkTitle(typed);
        error.value = checked.ok ? '' : checked.message;
        if (checked.ok) await add(checked.title, typed);
        field.current?.focus();
    }

    async function add(title: string, typed: string): Promise<void> {
        busy.value = true;
        try {
            await page.add(title);
            // What was typed while waiting belongs to the next to-do.
            if (text.value === typed) text.value = '';
            // Among the done ones it would not be seen.
            if (page.state.filter.value === 'done') location.hash = '#all';
        } catch (failure) {
            error.value = sentence(failure);
        } finally {
            busy.value = false;
        }
    }

    return (
        <form class="add" onSubmit={(event) => void submit(event)} noValidate aria-busy={busy.value}>
            <label for="new-title">New to-do</label>
            <div class="add-row">
                <input
                    id="new-title"
                    ref={field}
                    type="text"
                    name="title"
                    autocomplete="off"
                    enterkeyhint="done"
                    placeholder="What is there to do?"
                    required
                    value={text.value}
                    aria-invalid={error.value !== ''}
                    aria-describedby="new-title-error new-title-count"
                    onInput={(event) => {
                        text.value = event.currentTarget.value;
                        error.value = '';
                    }}
                />
                <button type="submit" class="primary" aria-disabled={busy.value}>
                    {busy.value ? 'Adding…' : 'Add'}
                </button>
            </div>
            <div class="add-hints">
                <p id="new-title-error" class="field-error" role="alert">
                    {error.value}
                </p>
                <TitleCount text={text.value} />
            </div>
        </form>
    );
}

/** Shown when the end is near. Described to screen readers with the field, not read out at every key. */
function TitleCount({ text }: { text: string }) {
    const length = titleLength(text);
    return (
        <p id="new-title-count" class="count" data-over={length > MAX_TITLE_LENGTH}>
            {length >= COUNT_FROM ? `${length} of ${MAX_TITLE_LENGTH} characters` : ''}
        </p>
    );
}

/** What the server says about the title, else why the to-do was not added. */
function sentence(failure: unknown): string {
    const fields = failure instanceof ApiFailure ? failure.fields : [];
    const aboutTitle = fields.find(({ field }) => field.replace(/^\//, '') === 'title');
    return aboutTitle ? aboutTitle.detail : `The to-do was not added. ${messageOf(failure)}`;
}
