#include "api/rate_counters.hpp"

#include <algorithm>

#include "text/decimal.hpp"
#include "text/hex.hpp"

namespace tidings::todo_be {

namespace {

using std::chrono::milliseconds;
using kind = rate_counters::answer::kind;

// After the bucket is full, since by then not all may have told what they know.
constexpr milliseconds kept{10'000};
constexpr std::int64_t missing = -2, endless = -1;  // PTTL

std::string lifetime(rate_counters::duration full_in) {
    return std::to_string((std::chrono::duration_cast<milliseconds>(full_in) + kept).count());
}

std::optional<std::int64_t> number_of(const redis::reply& r) {
    return r.what == redis::reply::kind::text ? text::parse_number<std::int64_t>(r.text) : std::nullopt;
}

}  // namespace

rate_counters::rate_counters(std::string_view key, const limits::rate& r)
    : hmac_(key),
      rate_("rate\n" + std::to_string(r.quota) + "\n" + std::to_string(r.window.count()) + "\n"),
      longest_((2 * r.window + kept).count()) {}

std::string rate_counters::name_of(std::string_view key) const {
    return "tidings:" + text::hex(hmac_.sign({rate_, key}));
}

std::string rate_counters::add(const limits::spending& s, std::uint64_t first) const {
    const auto name = name_of(s.key);
    return redis::command({"PTTL", name}) +
           redis::command({"SET", name, std::to_string(first), "PX", lifetime(s.full_in), "NX"}) +
           redis::command({"INCRBY", name, std::to_string(s.tokens)});
}

rate_counters::answer rate_counters::understood(const limits::spending& s,
                                                std::span<const redis::reply> replies) const {
    if (replies.size() != commands) return {};
    const auto is = [](redis::reply::kind k) { return [k](const redis::reply& r) { return r.what == k; }; };
    if (std::ranges::any_of(replies, is(redis::reply::kind::error))) return {.what = kind::refused};
    const auto lasts = number_of(replies[0]), tokens = number_of(replies[2]);
    const bool made = replies[1].what == redis::reply::kind::text;
    if ((made && replies[1].text != "OK") || !lasts || *lasts < missing || *lasts > longest_ || !tokens ||
        *tokens < 0 || static_cast<std::uint64_t>(*tokens) < s.tokens)
        return {};
    const auto full_in = std::max(milliseconds(*lasts) - kept, milliseconds::zero());
    answer a{.what = kind::counted,
             .count = {.tokens = static_cast<std::uint64_t>(*tokens), .full_in = full_in},
             .made = made,
             .there = made ? s.full_in : duration(full_in)};
    // So that it ends.
    if (*lasts == endless) a.there = duration(-1);
    return a;
}

std::string rate_counters::correct(std::string_view key, duration full_in) const {
    return redis::command({"PEXPIRE", name_of(key), lifetime(full_in)});
}

}  // namespace tidings::todo_be
