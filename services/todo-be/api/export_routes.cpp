#include "api/export_routes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/answers.hpp"
#include "api/exchange/export_stream.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* path = "/todos:export";

// A file has all pages, and whole to-dos.
bool is_of_pages(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"limit", "cursor", "total", "fields"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

result<export_request> read_export(const http::request& r, violations& wrong) {
    auto format = format_accepted(r.header("accept"));
    std::vector<std::pair<std::string, std::string>> filters;
    for (const auto& [name, value] : r.query) {
        const auto named = name == "format" ? format_named(value) : std::nullopt;
        if (named) {
            format = *named;
        } else if (name == "format") {
            wrong.push_back({name, errc::format_unknown});
        } else if (is_of_pages(name)) {
            wrong.push_back({name, errc::export_parameter});
        } else {
            filters.emplace_back(name, value);
        }
    }
    if (!wrong.empty()) return errc::query_invalid;
    auto asked = read_filters(filters, wrong);
    if (asked) asked->format = format;
    return asked;
}

}  // namespace

void export_routes::add_to(http::router& router, const entry_rules& entry) {
    accounts_ = entry.accounts;
    add_for_owners(
        router, entry, http::method::get, path, [this](http::request& r) { return when_available(write(r), r); },
        guarded(entry, scope::todos_read, body_kind::none, answer_kind::own), scope::todos_read);
}

runtime::task<http::response> export_routes::write(http::request& r) {
    violations wrong;
    auto asked = read_export(r, wrong);
    if (!asked) co_return refusal(asked.error(), wrong);
    auto place = places_.take(asker_of(r.context), accounts_ != nullptr);
    if (!place) co_return http::unavailable("too many exports are running; try again shortly");
    const auto& traits = traits_of(asked->format);
    auto answer = co_await exported(store_, owner_of(r.context), {accounts_, r.context.access}, std::move(*asked),
                                    json_, std::move(place));
    answer.headers = {{"Content-Disposition", std::string("attachment; filename=\"") + traits.file_name + '"'},
                      {"Cache-Control", "no-store"},
                      {"Vary", "Accept"}};
    co_return answer;
}

}  // namespace tidings::todo_be
