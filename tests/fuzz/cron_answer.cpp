// What todo-cron reads from other servers. Lines: a Location, then a problem of todo-be or a URL.
#include <algorithm>

#include "domain/article_url.hpp"
#include "domain/todo_title.hpp"
#include "domain/todos_url.hpp"
#include "domain/verdict.hpp"
#include "fuzz/fuzz.hpp"
#include "text/utf8.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto location = next_part(bytes);
    const auto url = todo_cron::article_url("https://en.wikipedia.org/wiki/Special:Random", location);
    require(url || !url.error().message().empty(), "a refusal says why");
    if (url) {
        require(std::ranges::all_of(*url, [](unsigned char c) { return c > 0x20 && c < 0x7F; }),
                "an article's URL is ASCII");
        require(text::count_code_points(todo_cron::cut_title(*url)) <= todo_cron::longest_title, "a title fits");
        const auto title = todo_cron::title_for(*url);
        require(!title || text::count_code_points(*title) <= todo_cron::longest_title, "a title fits");
    }
    const auto todos = todo_cron::todos_url(bytes);
    require(todos ? todos->ends_with("/api/todos") : !todos.error().message().empty(), "a URL, or the reason");
    static_cast<void>(todo_cron::same_page(location, bytes));
    static_cast<void>(todo_cron::judge_creation(422, false, bytes));
}

}  // namespace tidings::fuzz
