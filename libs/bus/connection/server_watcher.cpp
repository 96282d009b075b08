#include "bus/connection/server_watcher.hpp"

#include <boost/json/parse.hpp>

#include "bus/connection/errc.hpp"
#include "runtime/spawn.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

namespace {

constexpr auto tick_period = 500ms;
constexpr auto silent_for = 3s;  // heartbeats come every second, an election begins after 4 s

}  // namespace

bool says_unavailable(const message& reply) {
    return reply.payload().find(R"("err_code":10008)") != std::string_view::npos;
}

bool says_cut_off(std::string_view stream_info) {
    boost::system::error_code failure;
    const auto info = boost::json::parse(stream_info, failure);
    const auto* cluster = failure || !info.is_object() ? nullptr : info.get_object().if_contains("cluster");
    const auto* replicas = cluster && cluster->is_object() ? cluster->get_object().if_contains("replicas") : nullptr;
    if (!replicas || !replicas->is_array()) return false;
    std::size_t silent = 0;
    for (const auto& one : replicas->get_array()) {
        const auto* active = one.is_object() ? one.get_object().if_contains("active") : nullptr;
        silent += active && active->is_int64() && std::chrono::nanoseconds(active->get_int64()) > silent_for ? 1 : 0;
    }
    return silent * 2 > replicas->get_array().size();
}

void server_watcher::start() {
    stopped_ = false;
    tick();
}

void server_watcher::stop() {
    stopped_ = true;
    timer_.cancel();
}

void server_watcher::tick() {
    timer_.expires_after(tick_period);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (!self || failure || self->stopped_) return;
        const auto now = runtime::now();
        const bool connected = self->link_.connected();
        if (const auto refused = self->refusals_.news(self->link_.error())) self->link_.refused(*refused);
        if (connected && self->watch_.overdue(now)) {
            self->tick();
            return self->link_.leave(std::string(self->watch_.trouble()));
        }
        if (!connected || !self->watch_.should_ask(now)) return self->tick();
        runtime::spawn(self->ctx_.get_executor(), ask(self));
    });
}

runtime::task<server_watcher::answer> server_watcher::ask_all() {
    auto reply = co_await link_.ask("$JS.API.INFO", server_watch::ask_limit, watch_.longest_wait());
    if (!reply || stopped_ || witness_.empty() || says_unavailable(*reply)) co_return reply;
    co_return co_await link_.ask("$JS.API.STREAM.INFO." + witness_, server_watch::ask_limit, watch_.longest_wait());
}

runtime::task<> server_watcher::ask(std::shared_ptr<server_watcher> self) {
    const auto reply = co_await self->ask_all();
    if (self->stopped_) co_return;
    self->tick();
    const bool cut_off = reply && (says_unavailable(*reply) || says_cut_off(reply->payload()));
    if (reply && !cut_off) co_return self->watch_.answered(runtime::now());
    if (reply.has_error() && reply.error() == errc::disconnected) co_return;
    const std::string why =
        reply ? "JetStream is unavailable: the server has lost its cluster" : "JetStream: " + reply.error().message();
    const auto sign = cut_off ? server_watch::sign::cut_off : server_watch::sign::silence;
    if (self->watch_.failed(runtime::now(), why, sign)) self->link_.leave(why);
}

}  // namespace tidings::bus
