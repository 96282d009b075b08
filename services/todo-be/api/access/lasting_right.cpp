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
    const auto member = membership_of(access_);
    if ((!token && !member) || now < ask_at_) co_return;
    held_rights asked;
    if (token) asked.tokens.push_back(*token);
    if (member) asked.members.push_back(*member);
    const auto held = co_await accounts_->still_held(std::move(asked));
    if (!held.has(token, std::nullopt)) throw right_over();
    if (!held.has(std::nullopt, member)) throw right_over(right_over::what_ended::membership);
    ask_at_ = now + interval;
}

}  // namespace tidings::todo_be
