// Answers that replicas share through a cache outside of them. What it gives is verified; while it gives nothing, the
// database is asked.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/sealed_answers.hpp"
#include "redis/client.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

class second_level {
  public:
    // Of a question: hit, miss, late, unavailable, forged.
    using report = std::function<void(const char*)>;

    second_level(const runtime::executor& ex, redis::client_options options, report on_asked)
        : client_(ex, std::move(options)), on_asked_(std::move(on_asked)) {}

    // `key`: of sealed_answers. Runs until the surrounding task is cancelled; before, there is nothing there.
    runtime::task<> run(std::string key);

    runtime::task<std::optional<kept_read>> find(answer_name n);
    void put(const answer_name& n, const kept_read& read);

    // Why it is not used now, for people; empty: it is.
    std::string trouble() const { return client_.trouble(); }
    bool connected() const { return client_.connected(); }

  private:
    redis::client client_;
    report on_asked_;
    std::optional<sealed_answers> sealed_;
};

}  // namespace tidings::todo_be
