#include "registry/endpoint_registry.hpp"

#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

// What the log says of a value that is kept out: the first reason, and how many there are.
std::string summary(const violations& wrong) {
    const auto& first = wrong.front();
    auto text = first.pointer.empty() ? first.detail : first.pointer + " " + first.detail;
    if (wrong.size() > 1) text += " (and " + std::to_string(wrong.size() - 1) + " more)";
    return text;
}

}  // namespace

endpoint_registry::endpoint_registry(runtime::asio::io_context& ctx, bus::connection* bus, unsigned replicas,
                                     std::string scope, std::span<const endpoint_ptr> of_files, secret_box box,
                                     const endpoint_policy& policy)
    : box_(std::move(box)), policy_(policy), bus_(bus) {
    for (const auto& e : of_files)
        files_.emplace(e->name, e);
    if (bus != nullptr)
        bucket_.emplace(ctx, *bus, replicas, std::move(scope),
                        endpoint_bucket::handlers{[this](const std::string& key, const std::string& value,
                                                         std::uint64_t revision) { take(key, value, revision); },
                                                  [this](const std::string& key) { drop(key); }});
}

runtime::task<> endpoint_registry::run() {
    if (bucket_) co_await bucket_->run();
}

registered_endpoint endpoint_registry::of_file(const endpoint_ptr& e) const {
    const auto same = stored_.find(e->name);
    return {e->name, true, 0, e, same == stored_.end() ? violations() : same->second.problems};
}

std::vector<registered_endpoint> endpoint_registry::list(std::string_view after, std::size_t most) const {
    std::vector<registered_endpoint> all;
    auto file = files_.upper_bound(after);
    auto stored = stored_.upper_bound(after);
    while (all.size() < most && (file != files_.end() || stored != stored_.end())) {
        const bool stored_next = file == files_.end() || (stored != stored_.end() && stored->first < file->first);
        if (!stored_next && stored != stored_.end() && stored->first == file->first) ++stored;
        all.push_back(stored_next ? stored++->second : of_file(file++->second));
    }
    return all;
}

std::optional<registered_endpoint> endpoint_registry::find(std::string_view name) const {
    if (const auto file = files_.find(name); file != files_.end()) return of_file(file->second);
    if (const auto found = stored_.find(name); found != stored_.end()) return found->second;
    return std::nullopt;
}

void endpoint_registry::take(const std::string& key, const std::string& value, std::uint64_t revision) {
    if (key.ends_with(resumed_suffix)) return listener_.on_resumed(key.substr(0, key.size() - resumed_suffix.size()));
    registered_endpoint e{key, false, revision, nullptr, {}};
    const auto stored = stored_endpoint::parse(value);
    if (stored) {
        auto opened = stored->open(key, box_, policy_);
        if (opened) e.settings = std::make_shared<const endpoint>(std::move(*opened));
        if (opened.has_error()) e.problems = opened.error();
    } else {
        e.problems = stored.error();
    }
    const bool of_file_too = files_.contains(key);
    if (of_file_too) {
        e.settings.reset();
        e.problems = {{"/name", "is the name of an endpoint of this broadcaster's file, and that one counts"}};
    }
    stored_[key] = e;
    if (of_file_too)
        return log::warn("a stored endpoint is not used: the file has one of its name, and goes on",
                         {{"endpoint", key}, {"revision", revision}});
    if (e.settings) return listener_.on_set(e.settings);
    log::warn("a stored endpoint cannot be used: nothing is delivered to it, its place is kept",
              {{"endpoint", key}, {"revision", revision}, {"problem", summary(e.problems)}});
    listener_.on_unusable(key);
}

void endpoint_registry::drop(const std::string& key) {
    if (stored_.erase(key) > 0 && !files_.contains(key)) listener_.on_removed(key);
}

std::string endpoint_registry::trouble() const {
    std::string text;
    std::size_t more = 0;
    for (const auto& [name, e] : stored_) {
        if (e.settings) continue;
        if (text.empty()) {
            text = "endpoint " + name + ": " + summary(e.problems);
        } else {
            ++more;
        }
    }
    if (more > 0) text += "; and " + std::to_string(more) + " more endpoints";
    return text;
}

runtime::task<bool> endpoint_registry::is_gone(std::string identity) {
    const auto mark = identity.find('_');
    if (!bucket_ || mark == std::string::npos) co_return false;
    const auto values = co_await bucket_->history(identity.substr(0, mark));
    if (!values || values->empty()) co_return false;  // a bucket that was lost is filled again
    const auto& last = values->back();
    if (last.deleted) co_return true;
    const auto stored = stored_endpoint::parse(last.value);
    co_return stored && !stored->incarnation.empty() && stored->incarnation != identity.substr(mark + 1);
}

}  // namespace tidings::broadcaster
