// What is kept of answers: what invalidates it, and who else keeps it.
#include <chrono>
#include <utility>

#include "app.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

void app::heard(const change_notice& n) {
    auto& generations = cache_.generations();
    if (n.everybodys) generations.everybody_changed();
    for (const auto& owner : n.owners)
        generations.changed(owner, n.commit);
    if (n.writer == store_.writer()) return;
    relay_.wake();
    events_.wake();
}

std::unique_ptr<second_level> app::make_second_level() {
    if (settings_.cache.host.empty()) return nullptr;
    redis::client_options options{.server = settings_.cache, .ca_file = settings_.cache_ca_file};
    options.on_news = [](const std::string& why) {
        if (why.empty()) return log::info("the cache is connected");
        log::warn("the cache is not used; the database answers", {{"error", why}});
    };
    return std::make_unique<second_level>(ctx_.get_executor(), std::move(options),
                                          [this](const char* outcome) { service_metrics_.cache_asked(outcome); });
}

cached_reads_hooks app::cache_hooks() {
    return {.caught_up = [this] { return feed_.caught_up(); },
            .on_read = [this](const char* by) { service_metrics_.looked_up(by); },
            .state = [this](user_id owner) { return store_.state(owner); }};
}

runtime::task<> app::keep_second_level() {
    using namespace std::chrono_literals;
    std::string key;
    while (key.empty()) {
        try {
            key = co_await store_.cache_key();
        } catch (const store_unavailable&) {
            log::debug("the cache waits for the database");
        }
        if (key.empty()) co_await runtime::sleep_for(200ms);
    }
    co_await shared_->run(std::move(key));
}

}  // namespace tidings::todo_be
