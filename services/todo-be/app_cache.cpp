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

std::unique_ptr<redis::client> app::make_cache() {
    if (settings_.cache.host.empty()) return nullptr;
    redis::client_options options{.server = settings_.cache, .ca_file = settings_.cache_ca_file};
    options.on_news = [rates = settings_.rate_limit > 0](const std::string& why) {
        if (why.empty()) return log::info("the cache is connected");
        log::warn(rates ? "the cache is not used; the database answers, and each replica counts rates for itself"
                        : "the cache is not used; the database answers",
                  {{"error", why}});
    };
    return std::make_unique<redis::client>(ctx_.get_executor(), std::move(options));
}

std::unique_ptr<second_level> app::make_second_level() {
    if (!cache_server_ || settings_.cache_memory == 0) return nullptr;
    return std::make_unique<second_level>(*cache_server_,
                                          [this](const char* outcome) { service_metrics_.cache_asked(outcome); });
}

cached_reads_hooks app::cache_hooks() {
    return {.caught_up = [this] { return feed_.caught_up(); },
            .on_read = [this](const char* by) { service_metrics_.looked_up(by); },
            .state = [this](user_id owner) { return store_.state(owner); }};
}

observe::check_result app::whose_rates() const {
    const std::string own = "each replica counts for itself";
    if (!shared_rates_) return {true, own};
    const auto why = shared_rates_->trouble();
    return why.empty() ? observe::check_result{true, "all replicas count together"}
                       : observe::check_result{false, own + ": " + why};
}

runtime::task<> app::keep_cache() {
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
    if (shared_) shared_->use(key);
    if (shared_rates_) tasks_.spawn(shared_rates_->run(std::move(key)));
    co_await cache_server_->run();
}

}  // namespace tidings::todo_be
