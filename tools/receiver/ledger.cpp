#include "ledger.hpp"

#include <algorithm>
#include <optional>

#include "text/decimal.hpp"

namespace tidings::receiver {

namespace {

bool is_success(unsigned status) { return status >= 200 && status < 300; }

}  // namespace

void counts::add(const counts& other) {
    received += other.received;
    unique += other.unique;
    duplicates += other.duplicates;
    accepted += other.accepted;
    repeated += other.repeated;
    order_violations += other.order_violations;
    bad_signatures += other.bad_signatures;
    for (const auto& [status, n] : other.statuses)
        statuses[status] += n;
}

boost::json::object counts::to_json() const {
    boost::json::object by_status;
    for (const auto& [status, n] : statuses)
        by_status[std::to_string(status)] = n;
    return {{"received", received},
            {"unique", unique},
            {"duplicates", duplicates},
            {"accepted", accepted},
            {"repeated", repeated},
            {"order_violations", order_violations},
            {"bad_signatures", bad_signatures},
            {"statuses", std::move(by_status)}};
}

struct ledger::page& ledger::page(std::string_view path) {
    const auto found = pages_.find(path);
    return found != pages_.end() ? found->second : pages_[std::string(path)];
}

void ledger::arrived(std::string_view path, const arrival& a) {
    if (a.id.empty()) return;
    auto& p = page(path);
    if (p.ids->arrived(a.id))
        check_order(p, a);
    else
        ++p.counts.duplicates;
}

void ledger::check_order(struct page& p, const arrival& a) {
    const auto sequence = text::parse_number<std::uint64_t>(a.sequence);
    if (a.partitionkey.empty() || !sequence) return;
    const auto [latest, first] = p.latest.try_emplace(std::string(a.partitionkey), *sequence);
    if (!first && *sequence <= latest->second) ++p.counts.order_violations;
    latest->second = std::max(latest->second, *sequence);
}

void ledger::answered(std::string_view path, std::string_view id, unsigned status) {
    auto& p = page(path);
    ++p.counts.statuses[status];
    if (is_success(status) && !id.empty() && !p.ids->accepted(id)) ++p.counts.repeated;
}

counts ledger::totals(const struct page& p) {
    auto all = p.counts;
    all.unique = p.ids->size();
    all.accepted = p.ids->accepted_size();
    return all;
}

boost::json::object ledger::stats() const {
    counts sum;
    boost::json::object paths;
    for (const auto& [path, p] : pages_) {
        sum.add(totals(p));
        paths[path] = totals(p).to_json();
    }
    auto all = sum.to_json();
    all["paths"] = std::move(paths);
    return all;
}

std::shared_ptr<const id_log> ledger::ids(std::string_view path) const {
    const auto found = pages_.find(path);
    return found == pages_.end() ? nullptr : found->second.ids;
}

}  // namespace tidings::receiver
