// Open-loop latency of the broadcaster alone: publishes events on a fixed schedule and is itself the receiver of their
// webhooks, so that both ends are read from one clock. An event that could not be published on time still counts from
// when it should have been.
//
//     publish_loop NATS_URL RECEIVER_PORT PER_SECOND SECONDS TYPES COPIES
//
// The events are of the types bench.0, bench.1 ... in turn; COPIES endpoints want each of them, and POST to
// /hook/<endpoint>. The stream must be there. Prints one line of JSON: how many webhooks were wanted, arrived and came
// again, the most of one endpoint that came again, and percentiles in milliseconds from the intended and from the real
// time of the publish to the first arrival.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "bus/connection/connection.hpp"
#include "bus/jetstream/publisher.hpp"
#include "events/cloud_event.hpp"
#include "events/subjects.hpp"
#include "http/server/server.hpp"
#include "ids/uuid.hpp"
#include "percentiles.hpp"
#include "runtime/run.hpp"
#include "runtime/task.hpp"
#include "runtime/wakeup.hpp"

namespace {

using namespace tidings;
using bench::number;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto last_arrival = 30s;  // how long to wait for webhooks after the last event
constexpr auto quiet = 500ms;       // after the last one that was missing: more may come again
const std::string filling(250, 'x');

struct wanted {
    std::string nats_url;
    std::uint16_t port;
    double per_second, seconds;
    std::size_t types, copies;
};

struct published {
    clock::time_point intended{}, sent{};
};

// What one endpoint got.
struct arrivals {
    std::vector<clock::time_point> first;  // by event
    std::size_t repeated = 0;
};

class publish_loop {
  public:
    publish_loop(runtime::asio::io_context& ctx, wanted w)
        : wanted_(std::move(w)),
          period_(std::chrono::duration_cast<clock::duration>(1s / wanted_.per_second)),
          events_(static_cast<std::size_t>(wanted_.per_second * wanted_.seconds)),
          receiver_(ctx, listening(wanted_.port), routes()),
          bus_(ctx, {.url = wanted_.nats_url, .name = "publish_loop"}),
          publisher_(ctx, bus_),
          wakeup_(ctx.get_executor()) {}

    runtime::task<> run() {
        bus_.on_connected([this] { wakeup_.notify(); });
        while (!bus_.connected()) {
            if (!co_await wakeup_.wait(10s)) throw std::runtime_error("no NATS at " + wanted_.nats_url);
        }
        const auto start = clock::now() + 100ms;
        for (std::size_t i = 0; i < events_.size(); ++i) {
            events_[i].intended = start + period_ * static_cast<clock::rep>(i);
            co_await sleep_until(events_[i].intended);
            publish(i);
        }
        const auto limit = clock::now() + last_arrival;
        while (arrived_ < total() && clock::now() < limit)
            co_await sleep_until(clock::now() + 10ms);
        for (auto before = repeated_ + 1; before != repeated_;) {
            before = repeated_;
            co_await sleep_until(clock::now() + quiet);
        }
    }

    boost::json::object summary() const {
        std::size_t most = 0;
        for (const auto& [name, a] : endpoints_)
            most = std::max(most, a.repeated);
        return {{"wanted", total()},
                {"refused", refused_},
                {"arrived", arrived_},
                {"repeated", repeated_},
                {"most_repeated", most},
                {"from_intended", bench::percentiles(taken(&published::intended))},
                {"from_sent", bench::percentiles(taken(&published::sent))}};
    }

  private:
    static http::server_options listening(std::uint16_t port) {
        http::server_options o;
        o.address = "127.0.0.1";
        o.port = port;
        return o;
    }

    static runtime::task<> sleep_until(clock::time_point t) {
        if (const auto left = t - clock::now(); left > clock::duration::zero()) co_await runtime::sleep_for(left);
    }

    std::size_t total() const { return events_.size() * wanted_.copies; }

    http::router routes() {
        http::router r;
        r.add(http::method::post, "/hook/{endpoint}", [this](http::request& request) { return receive(request); });
        return r;
    }

    void publish(std::size_t i) {
        const std::string id = run_ + std::to_string(i);
        const std::string type = "bench." + std::to_string(i % wanted_.types);
        const bus::headers h{{"Nats-Msg-Id", id},
                             {std::string(events::content_type_header), std::string(events::cloudevents_content_type)},
                             {std::string(events::type_header), type}};
        events_[i].sent = clock::now();
        publisher_.publish(events::todos_subject, h, filling, [this](const bus::publish_ack& ack) {
            if (ack.failure) ++refused_;
        });
    }

    runtime::task<http::response> receive(http::request& request) {
        const auto now = clock::now();
        const auto id = request.header("webhook-id");
        std::size_t number = events_.size();
        if (id.starts_with(run_)) std::from_chars(id.data() + run_.size(), id.data() + id.size(), number);
        if (number < events_.size()) note(endpoints_[std::string(request.param("endpoint"))], number, now);
        co_return http::no_content();
    }

    void note(arrivals& a, std::size_t number, clock::time_point now) {
        a.first.resize(events_.size());
        if (a.first[number] != clock::time_point{}) {
            ++a.repeated;
            ++repeated_;
            return;
        }
        a.first[number] = now;
        ++arrived_;
    }

    std::vector<double> taken(clock::time_point published::* from) const {
        std::vector<double> ms;
        for (const auto& [name, a] : endpoints_)
            for (std::size_t i = 0; i < a.first.size(); ++i)
                if (a.first[i] != clock::time_point{})
                    ms.push_back(std::chrono::duration<double, std::milli>(a.first[i] - events_[i].*from).count());
        return ms;
    }

    wanted wanted_;
    clock::duration period_;
    std::vector<published> events_;
    const std::string run_ = ids::uuid::v7().str() + "-";  // no event of an earlier run is taken for one of ours
    std::map<std::string, arrivals> endpoints_;
    std::size_t arrived_ = 0, repeated_ = 0, refused_ = 0;
    http::server receiver_;
    bus::connection bus_;
    bus::publisher publisher_;
    runtime::wakeup wakeup_;
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 7)
        throw std::invalid_argument("usage: publish_loop NATS_URL RECEIVER_PORT PER_SECOND SECONDS TYPES COPIES");
    runtime::asio::io_context ctx(1);
    publish_loop loop(ctx, {argv[1], static_cast<std::uint16_t>(number(argv[2])), number(argv[3]), number(argv[4]),
                            static_cast<std::size_t>(number(argv[5])), static_cast<std::size_t>(number(argv[6]))});
    runtime::run(ctx, loop.run());
    std::printf("%s\n", boost::json::serialize(loop.summary()).c_str());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "publish_loop: %s\n", e.what());
    return 1;
}
