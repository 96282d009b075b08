#include "source_watch.hpp"

#include <set>
#include <utility>

#include "bus/jetstream/jetstream.hpp"
#include "endpoints/warnings.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto period = 10s;
constexpr auto rest = 500ms;  // many endpoints may come at a time
constexpr auto deadline = 2s;

}  // namespace

source_watch::source_watch(runtime::asio::io_context& ctx, bus::connection& c) : bus_(c), wake_(ctx.get_executor()) {}

void source_watch::set(const endpoint_ptr& e) {
    if (e->source_subject.empty()) return remove(e->name);
    endpoints_[e->name].settings = e;
    wake_.notify();
}

void source_watch::remove(const std::string& name) { endpoints_.erase(name); }

runtime::task<> source_watch::run() {
    for (;;) {
        std::set<std::string> streams;
        for (const auto& [name, w] : endpoints_)
            streams.insert(w.settings->source_stream);
        std::erase_if(subjects_, [&](const auto& known) { return !streams.contains(known.first); });
        for (const auto& stream : streams)
            co_await look(stream);
        co_await runtime::sleep_for(rest);
        co_await wake_.wait(period);
    }
}

// A stream that mirrors, sources or transforms others has messages with subjects that it does not name.
runtime::task<> source_watch::look(std::string stream) {
    const auto info = co_await bus::jetstream(bus_, deadline).stream(stream);
    if (!info && info.error() != bus::errc::not_found) co_return;
    subjects_[stream] = info && !info->takes_others ? info->subjects : std::vector<std::string>();
    for (auto& [name, w] : endpoints_)
        if (w.settings->source_stream == stream) tell(w);
}

void source_watch::tell(watched& w) const {
    auto now = warning_of(*w.settings);
    if (now == w.told) return;
    if (now.empty())
        log::info("endpoint's source.subject matches a subject of its stream again", {{"endpoint", w.settings->name}});
    else
        log::warn(now, {{"endpoint", w.settings->name}});
    w.told = std::move(now);
}

std::string source_watch::warning_of(const endpoint& e) const {
    const auto known = subjects_.find(e.source_stream);
    return known == subjects_.end() ? std::string() : source_warning(e, known->second);
}

std::string source_watch::trouble() const {
    std::string text;
    std::size_t more = 0;
    for (const auto& [name, w] : endpoints_) {
        if (w.told.empty()) continue;
        if (!text.empty())
            ++more;
        else
            text = name + ": " + w.told;
    }
    return more == 0 ? text : text + "; and " + std::to_string(more) + " more endpoints";
}

}  // namespace tidings::broadcaster
