import { describeAge, describeDate } from '../domain/age.ts';
import type { Todo } from '../domain/todo.ts';
import { now } from '../state/clock.ts';
import { BinIcon, CheckIcon } from './icons.tsx';
import { TitleText } from './title_text.tsx';

interface RowProps {
    readonly todo: Todo;
    readonly onToggle: (todo: Todo) => void;
    readonly onDelete: (todo: Todo) => void;
}

export function TodoRow({ todo, onToggle, onDelete }: RowProps) {
    const box = `done-${todo.id}`;
    return (
        <li class="todo" data-id={todo.id} data-done={todo.done}>
            <span class="box">
                <input type="checkbox" id={box} checked={todo.done} onChange={() => onToggle(todo)} />
                <CheckIcon />
            </span>
            <div class="words">
                <label for={box} class="title">
                    <TitleText title={todo.title} />
                </label>
                <Details todo={todo} />
            </div>
            <button
                type="button"
                class="quiet square delete"
                aria-label={`Delete: ${todo.title}`}
                onClick={() => onDelete(todo)}
            >
                <BinIcon />
            </button>
        </li>
    );
}

function Details({ todo }: { todo: Todo }) {
    return (
        <p class="details">
            <time dateTime={todo.createdAt}>{describeAge(todo.createdAt, now.value)}</time>
            {todo.due !== null && (
                <span class="due">
                    due <time dateTime={todo.due}>{describeDate(todo.due)}</time>
                </span>
            )}
            {todo.labels.map((label) => (
                <span class="label" key={label}>
                    {label}
                </span>
            ))}
        </p>
    );
}
