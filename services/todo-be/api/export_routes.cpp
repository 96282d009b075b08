#include "api/export_routes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/answers.hpp"
#include "api/exchange/export_walk.hpp"
#include "api/exchange/file_writer.hpp"
#include "api/guarded_route.hpp"
#include "api/todo_query.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* path = "/api/todos:export";
constexpr std::size_t most_at_once = 16;  // each holds a page of up to 1 MB of text

struct export_request {
    list_query query;
    file_format format;
    bool whole;
};

bool is_of_pages(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"limit", "cursor", "total", "fields"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

result<export_request> read_export(const http::request& r, violations& wrong) {
    export_request asked{.query = {}, .format = format_accepted(r.header("accept")), .whole = true};
    std::vector<std::pair<std::string, std::string>> filters;
    for (const auto& [name, value] : r.query) {
        const auto named = name == "format" ? format_named(value) : std::nullopt;
        if (named) {
            asked.format = *named;
        } else if (name == "format") {
            wrong.push_back({name, errc::format_unknown});
        } else if (is_of_pages(name)) {
            wrong.push_back({name, errc::export_parameter});
        } else {
            filters.emplace_back(name, value);
        }
    }
    if (!wrong.empty()) return errc::query_invalid;
    auto list = read_list_query(filters, wrong);
    if (!list) return list.error();
    asked.whole = filters.empty();
    asked.query = std::move(list->query);
    if (!r.query_value("sort") && asked.query.sort == newest_first) asked.query.sort = {sort_key::created, false};
    return asked;
}

class export_stream {
  public:
    export_stream(todo_store& store, export_request asked, const todo_json& json, std::shared_ptr<std::size_t> running)
        : store_(store),
          walk_(std::move(asked.query), asked.whole),
          writer_(asked.format, json),
          running_(std::move(running)) {
        ++*running_;
    }
    ~export_stream() { --*running_; }
    export_stream(const export_stream&) = delete;
    export_stream& operator=(const export_stream&) = delete;

    // Read before anything is answered, so that a database that is away is a 503.
    runtime::task<> begin() {
        writer_.begin(first_);
        co_await append_page(first_);
    }

    runtime::task<std::string> next() {
        auto out = std::exchange(first_, {});
        while (out.empty() && !ended_)
            co_await append_page(out);
        co_return out;
    }

  private:
    runtime::task<> append_page(std::string& out) {
        const auto query = walk_.next();
        if (!query) {
            ended_ = true;
            writer_.end(out);
            co_return;
        }
        const auto page = co_await store_.list(*query);
        for (const auto& t : page.items)
            writer_.append(out, t);
        walk_.read(page);
    }

    todo_store& store_;
    export_walk walk_;
    file_writer writer_;
    std::shared_ptr<std::size_t> running_;
    std::string first_;
    bool ended_ = false;
};

runtime::task<std::string> next_piece(std::shared_ptr<export_stream> s) { co_return co_await s->next(); }

http::stream file_answer(const std::shared_ptr<export_stream>& s, file_format format) {
    const auto& traits = traits_of(format);
    http::stream answer;
    answer.content_type = traits.content_type;
    answer.headers = {{"Content-Disposition", std::string("attachment; filename=\"") + traits.file_name + '"'},
                      {"Cache-Control", "no-store"},
                      {"Vary", "Accept"}};
    answer.next = [s] { return next_piece(s); };
    return answer;
}

}  // namespace

void export_routes::add_to(http::router& router, const std::string& token) {
    router.add(
        http::method::get, path, [this](http::request& r) { return when_available(write(r), r); },
        guarded(token, body_kind::none));
}

runtime::task<http::response> export_routes::write(http::request& r) {
    violations wrong;
    auto asked = read_export(r, wrong);
    if (!asked) co_return refusal(asked.error(), wrong);
    if (*running_ >= most_at_once) co_return http::unavailable("too many exports are running; try again shortly");
    const auto format = asked->format;
    const auto s = std::make_shared<export_stream>(store_, std::move(*asked), json_, running_);
    co_await s->begin();
    co_return file_answer(s, format);
}

}  // namespace tidings::todo_be
