#include "api/second_level.hpp"

#include <chrono>
#include <utility>

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// For what nobody asks for any more, and for changes that no replica made (by hand, in SQL).
constexpr auto time_to_live = 60s;

}  // namespace

runtime::task<std::optional<kept_read>> second_level::find(answer_name n) {
    if (!sealed_) co_return std::nullopt;
    using enum redis::client::outcome;
    const auto found = co_await client_.get(sealed_->key_of(n));
    const auto what = found.what;
    if (what != hit) {
        on_asked_(what == miss ? "miss" : what == late ? "late" : "unavailable");
        co_return std::nullopt;
    }
    auto read = sealed_->open(n, found.value);
    on_asked_(read ? "hit" : "forged");
    if (!read) client_.distrust();
    co_return read;
}

void second_level::put(const answer_name& n, const kept_read& read) {
    if (sealed_ && client_.connected()) client_.set(sealed_->key_of(n), sealed_->seal(n, read), time_to_live);
}

}  // namespace tidings::todo_be
