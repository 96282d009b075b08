// Open-loop latency: creates to-dos on a fixed schedule and is itself the receiver of their webhooks, so that both ends
// are read from one clock. A POST that cannot be sent on time still counts from when it should have been.
//
//     open_loop API_URL RECEIVER_PORT PER_SECOND SECONDS NATS_URL      (API_URL ends in /api)
//
// Prints one line of JSON: how many were created and arrived, and percentiles in milliseconds, from the intended time
// of the POST and from its answer to the first arrival of the webhook; and of the way between: intended -> sent (the
// generator's own lateness, and waiting for a connection) -> accepted; sent -> published (NATS delivers the event) ->
// arrived.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdio>
#include <deque>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "bus/connection/connection.hpp"
#include "http/client/origin.hpp"
#include "http/server/server.hpp"
#include "percentiles.hpp"
#include "runtime/run.hpp"
#include "runtime/task.hpp"

namespace {

using namespace tidings;
using bench::number;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::size_t connections = 256;  // clients do not wait for each other
constexpr auto post_deadline = 10s;
constexpr auto last_arrival = 20s;  // how long to wait for webhooks after the last POST
constexpr std::string_view marker = "open loop ";

struct change {
    std::string request;
    clock::time_point intended{}, sent{}, accepted{}, published{}, arrived{};
};
using moment = clock::time_point change::*;

// For every change that has both.
boost::json::object percentiles(const std::vector<change>& all, moment from, moment to) {
    std::vector<double> ms;
    for (const auto& c : all) {
        if (c.*from == clock::time_point{} || c.*to == clock::time_point{}) continue;
        ms.push_back(std::chrono::duration<double, std::milli>(c.*to - c.*from).count());
    }
    return bench::percentiles(std::move(ms));
}

class open_loop {
  public:
    open_loop(runtime::asio::io_context& ctx, const http::url_parts& api, std::uint16_t receiver_port,
              double per_second, double seconds, const std::string& nats_url)
        : api_(ctx, api, options()),
          period_(std::chrono::duration_cast<clock::duration>(1s / per_second)),
          changes_(static_cast<std::size_t>(per_second * seconds)),
          receiver_(ctx, listening(receiver_port), routes()),
          nats_(ctx, {.url = nats_url}),
          events_(nats_.subscribe("todos.events", "",
                                  [this](const bus::message& m) { first_time(m.payload(), &change::published); })) {
        for (std::size_t i = 0; i < changes_.size(); ++i)
            changes_[i].request = request_for(api, i);
    }

    runtime::task<> run() {
        const auto start = clock::now() + 1s;
        for (std::size_t i = 0; i < changes_.size(); ++i) {
            changes_[i].intended = start + period_ * static_cast<clock::rep>(i);
            co_await sleep_until(changes_[i].intended);
            late_.push_back(i);
            send_late();
        }
        const auto limit = clock::now() + last_arrival;
        while (arrived_ < changes_.size() && clock::now() < limit)
            co_await sleep_until(clock::now() + 10ms);
    }

    boost::json::object summary() const {
        return {{"wanted", changes_.size()},
                {"created", created_},
                {"arrived", arrived_},
                {"repeated", repeated_},
                {"from_intended", percentiles(changes_, &change::intended, &change::arrived)},
                {"from_accepted", percentiles(changes_, &change::accepted, &change::arrived)},
                {"intended_to_sent", percentiles(changes_, &change::intended, &change::sent)},
                {"sent_to_accepted", percentiles(changes_, &change::sent, &change::accepted)},
                {"sent_to_published", percentiles(changes_, &change::sent, &change::published)},
                {"published_to_arrived", percentiles(changes_, &change::published, &change::arrived)}};
    }

  private:
    static http::origin_options options() {
        http::origin_options o;
        o.connections = connections;
        o.allow_private_addresses = true;
        return o;
    }

    static http::server_options listening(std::uint16_t port) {
        http::server_options o;
        o.address = "127.0.0.1";
        o.port = port;
        return o;
    }

    http::router routes() {
        http::router r;
        r.add(http::method::post, "/hook", [this](http::request& request) { return receive(request); });
        return r;
    }

    static std::string request_for(const http::url_parts& api, std::size_t number) {
        const std::string body = R"({"title":")" + std::string(marker) + std::to_string(number) + R"("})";
        return "POST " + api.target + "/todos HTTP/1.1\r\nHost: " + api.host_header +
               "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body;
    }

    static runtime::task<> sleep_until(clock::time_point t) {
        if (const auto left = t - clock::now(); left > clock::duration::zero()) co_await runtime::sleep_for(left);
    }

    void send_late() {
        while (!late_.empty() && api_.in_flight() < api_.capacity()) {
            change& c = changes_[late_.front()];
            late_.pop_front();
            c.sent = clock::now();
            api_.send(c.request, post_deadline, [this, &c](const http::reply& r) {
                if (r.status == 201) {
                    c.accepted = clock::now();
                    ++created_;
                }
                send_late();
            });
        }
    }

    runtime::task<http::response> receive(http::request& request) {
        if (const auto first = first_time(request.body, &change::arrived)) ++(*first ? arrived_ : repeated_);
        co_return http::no_content();
    }

    // Notes the arrival of the change in `text`. Nothing: no change; false: already noted.
    std::optional<bool> first_time(std::string_view text, moment here) {
        const auto at = text.find(marker);
        if (at == std::string_view::npos) return std::nullopt;
        std::size_t number = changes_.size();
        std::from_chars(text.data() + at + marker.size(), text.data() + text.size(), number);
        if (number >= changes_.size()) return std::nullopt;
        auto& time = changes_[number].*here;
        if (time != clock::time_point{}) return false;
        time = clock::now();
        return true;
    }

    http::origin api_;
    clock::duration period_;
    std::vector<change> changes_;
    std::deque<std::size_t> late_;
    std::size_t created_ = 0, arrived_ = 0, repeated_ = 0;
    http::server receiver_;
    bus::connection nats_;
    bus::subscription events_;
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 6) throw std::invalid_argument("usage: open_loop API_URL RECEIVER_PORT PER_SECOND SECONDS NATS_URL");
    const auto api = http::parse_url(argv[1]);
    if (!api) throw std::invalid_argument("not a URL");
    runtime::asio::io_context ctx(1);
    open_loop loop(ctx, *api, static_cast<std::uint16_t>(number(argv[2])), number(argv[3]), number(argv[4]), argv[5]);
    runtime::run(ctx, loop.run());
    std::printf("%s\n", boost::json::serialize(loop.summary()).c_str());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "open_loop: %s\n", e.what());
    return 1;
}
