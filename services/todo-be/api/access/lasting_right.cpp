#include "api/access/lasting_right.hpp"

#include <chrono>

namespace tidings::todo_be {

namespace {

constexpr auto interval = std::chrono::milliseconds(800);

}  // namespace

lasting_right::lasting_right(account_store* accounts, const request_access& access)
    : accounts_(accounts), access_(access), ask_at_(runtime::now() + interval) {}

runtime::task<bool> lasting_right::holds() {
    if (accounts_ == nullptr) co_return true;
    if (std::chrono::system_clock::now() >= access_.until) co_return false;
    const auto now = runtime::now();
    const auto token = ids::uuid::parse(access_.token);
    if (!token || now < ask_at_) co_return true;
    const auto living = co_await accounts_->living({*token});
    ask_at_ = now + interval;
    co_return !living.empty();
}

}  // namespace tidings::todo_be
