import type { Page } from '../state/page.ts';
import { AddForm } from './add_form.tsx';
import { FilterBar } from './filter_bar.tsx';
import { Mark } from './icons.tsx';
import { ListPanel } from './list_panel.tsx';
import { Announcer, Notices, Trouble } from './notices.tsx';

export function App({ page }: { page: Page }) {
    return (
        <>
            <header class="masthead">
                <Mark />
                <div>
                    <h1>Tidings</h1>
                    <p>To-dos, and a webhook for every change.</p>
                </div>
            </header>
            <main>
                <AddForm page={page} />
                <Notices notices={page.notices} />
                <section class="sheet" aria-label="To-dos">
                    <FilterBar state={page.state} />
                    <Trouble page={page} />
                    <ListPanel page={page} />
                </section>
                <Announcer notices={page.notices} />
            </main>
        </>
    );
}
