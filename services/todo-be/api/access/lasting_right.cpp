#include "api/access/lasting_right.hpp"

#include <chrono>

namespace tidings::todo_be {

namespace {

constexpr auto interval = std::chrono::milliseconds(800);

}  // namespace

lasting_right::lasting_right(account_store* accounts, const request_access& access)
    : accounts_(accounts), access_(access), ask_at_(runtime::now() + interval) {}

runtime::task<> lasting_right::check() {
    if (accounts_ == nullptr) co_return;
    if (std::chrono::system_clock::now() >= access_.until) throw right_over();
    const auto now = runtime::now();
    const auto token = ids::uuid::parse(access_.token);
    if (!token || now < ask_at_) co_return;
    const auto living = co_await accounts_->living({*token});
    if (living.empty()) throw right_over();
    ask_at_ = now + interval;
}

}  // namespace tidings::todo_be
