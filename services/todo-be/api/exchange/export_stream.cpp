#include "api/exchange/export_stream.hpp"

#include <algorithm>

#include "api/todo_query.hpp"

namespace tidings::todo_be {

namespace {

class export_stream {
  public:
    export_stream(todo_store& store, user_id by, lasting_right right, export_request asked, const todo_json& json,
                  std::shared_ptr<void> place)
        : store_(store),
          by_(by),
          right_(std::move(right)),
          walk_(std::move(asked.query), asked.whole),
          writer_(asked.format, json),
          place_(std::move(place)) {}

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
        co_await right_.check();
        const auto page = co_await store_.list(by_, *query);
        for (const auto& t : page.items)
            writer_.append(out, t);
        walk_.read(page);
    }

    todo_store& store_;
    user_id by_;
    lasting_right right_;
    export_walk walk_;
    file_writer writer_;
    std::shared_ptr<void> place_;
    std::string first_;
    bool ended_ = false;
};

runtime::task<std::string> next_piece(std::shared_ptr<export_stream> s) { co_return co_await s->next(); }

}  // namespace

result<export_request> read_filters(const std::vector<std::pair<std::string, std::string>>& query, violations& wrong) {
    auto list = read_list_query(query, wrong);
    if (!list) return list.error();
    export_request asked{.query = std::move(list->query), .whole = query.empty()};
    const bool sorted = std::any_of(query.begin(), query.end(), [](const auto& p) { return p.first == "sort"; });
    if (!sorted && asked.query.sort == newest_first) asked.query.sort = {sort_key::created, false};
    return asked;
}

runtime::task<http::stream> exported(todo_store& store, user_id by, lasting_right right, export_request asked,
                                     const todo_json& json, std::shared_ptr<void> place) {
    const auto& traits = traits_of(asked.format);
    const auto s =
        std::make_shared<export_stream>(store, by, std::move(right), std::move(asked), json, std::move(place));
    co_await s->begin();
    http::stream answer;
    answer.content_type = traits.content_type;
    answer.next = [s] { return next_piece(s); };
    co_return answer;
}

}  // namespace tidings::todo_be
