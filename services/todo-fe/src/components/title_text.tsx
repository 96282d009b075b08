import { linkSegments } from '../domain/links.ts';

/** A title as text, its http(s) addresses as links. Never as HTML: titles are user input. */
export function TitleText({ title }: { title: string }) {
    return (
        <>
            {linkSegments(title).map(({ text, href }) =>
                href === undefined ? (
                    text
                ) : (
                    <a href={href} target="_blank" rel="noopener noreferrer" title="Opens in a new tab">
                        {text}
                    </a>
                ),
            )}
        </>
    );
}
