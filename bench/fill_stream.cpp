// Fills the stream TODOS with events of a given size, as todo-be's relay would publish them.
//
//     fill_stream NATS_URL MESSAGES BYTES [type=NAME] [types=N] [keys=N] [refuse=N]
//
// `type`: of all (default io.tidings.todo.created.v1); `types`: that many instead, in turn, `bench.0` and so on.
// `keys`: to-dos that the events are spread over (default 10,000). `refuse`: the id of every Nth event, the first
// included, begins with "refused-", which the receiver of the benchmark refuses. Returns when JetStream has
// acknowledged all of them; exit code 1 if it rejected one.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/publisher.hpp"
#include "events/cloud_event.hpp"
#include "events/subjects.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "runtime/run.hpp"
#include "runtime/task.hpp"
#include "runtime/wakeup.hpp"
#include "text/decimal.hpp"

namespace {

using namespace tidings;
using namespace std::chrono_literals;

// Publishes in flight: enough for full speed, and JetStream keeps up.
constexpr std::size_t most_in_flight = 1'024, most_bytes_in_flight = 16 * 1024 * 1024;

struct wanted {
    std::string nats_url;
    std::uint64_t messages = 0;
    std::size_t bytes = 0;
    std::string type = "io.tidings.todo.created.v1";
    std::uint64_t types = 0, keys = 10'000, refuse = 0;
};

// An event of exactly `bytes` bytes, when that is more than its envelope needs.
std::string event_of(std::string_view id, std::string_view type, std::string_view key, std::size_t bytes) {
    events::cloud_event e;
    e.id = id;
    e.source = "/todos";
    e.type = type;
    e.subject = key;
    e.partitionkey = key;
    e.sequence = 1;
    e.time = ids::now();
    e.data = R"({"t":""})";
    const std::size_t envelope = events::to_json(e).size();
    const std::string data = R"({"t":")" + std::string(bytes > envelope ? bytes - envelope : 0, 'x') + R"("})";
    e.data = data;
    return events::to_json(e);
}

class filler {
  public:
    filler(runtime::asio::io_context& ctx, wanted w)
        : wanted_(std::move(w)),
          bus_(ctx, {.url = wanted_.nats_url, .name = "fill_stream"}),
          publisher_(ctx, bus_),
          wakeup_(ctx.get_executor()) {
        for (std::uint64_t i = 0; i < wanted_.keys; ++i)
            keys_.push_back(ids::uuid::v7().str());
    }

    runtime::task<> run() {
        bus_.on_connected([this] { wakeup_.notify(); });
        while (!bus_.connected()) {
            if (!co_await wakeup_.wait(10s)) throw std::runtime_error("no NATS at " + wanted_.nats_url);
        }
        co_await make_stream();
        const auto window =
            std::clamp<std::size_t>(most_bytes_in_flight / std::max<std::size_t>(wanted_.bytes, 1), 1, most_in_flight);
        std::uint64_t sent = 0;
        while (acked_ < wanted_.messages) {
            while (sent < wanted_.messages && publisher_.in_flight() < window)
                publish(sent++);
            if (!co_await wakeup_.wait(10s)) throw std::runtime_error("JetStream does not answer");
            if (failure_) throw boost::system::system_error(failure_);
        }
    }

  private:
    runtime::task<> make_stream() {
        bus::jetstream js(bus_);
        bus::stream_config c;
        c.name = events::todos_stream;
        c.subjects = {std::string(events::todos_subject), std::string(events::todos_subjects_below)};
        c.max_age = std::chrono::hours(7 * 24);
        // A backlog is older than the window of what nats-server remembers, and looks through at each collection of
        // its garbage: millions of ids, here, would be a third of its work.
        c.duplicate_window = 1s;
        const auto made = co_await js.ensure_stream(std::move(c));
        if (!made) throw boost::system::system_error(made.error());
    }

    void publish(std::uint64_t number) {
        const bool refused = wanted_.refuse > 0 && number % wanted_.refuse == 0;
        const std::string id = (refused ? "refused-" : "") + ids::uuid::v7().str();
        const std::string type = wanted_.types > 0 ? "bench." + std::to_string(number % wanted_.types) : wanted_.type;
        const std::string& key = keys_[number % keys_.size()];
        const bus::headers h{{"Nats-Msg-Id", id},
                             {std::string(events::content_type_header), std::string(events::cloudevents_content_type)},
                             {std::string(events::type_header), type},
                             {std::string(events::partitionkey_header), key}};
        publisher_.publish(events::todos_subject, h, event_of(id, type, key, wanted_.bytes),
                           [this](const bus::publish_ack& ack) { note(ack); });
    }

    void note(const bus::publish_ack& ack) {
        if (ack.failure) failure_ = ack.failure;
        ++acked_;
        wakeup_.notify();
    }

    wanted wanted_;
    bus::connection bus_;
    bus::publisher publisher_;
    runtime::wakeup wakeup_;
    std::vector<std::string> keys_;
    std::uint64_t acked_ = 0;
    boost::system::error_code failure_;
};

std::uint64_t number(std::string_view text) {
    const auto n = text::parse_number<std::uint64_t>(text);
    if (!n) throw std::invalid_argument("not a number");
    return *n;
}

void take_option(std::string_view option, wanted& w) {
    const auto equals = option.find('=');
    const auto name = option.substr(0, equals);
    if (equals == std::string_view::npos) throw std::invalid_argument("not NAME=VALUE");
    const auto value = option.substr(equals + 1);
    if (name == "type") {
        w.type = value;
    } else if (name == "types") {
        w.types = number(value);
    } else if (name == "keys") {
        w.keys = std::max<std::uint64_t>(number(value), 1);
    } else if (name == "refuse") {
        w.refuse = number(value);
    } else {
        throw std::invalid_argument("there is no such option: " + std::string(name));
    }
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4) throw std::invalid_argument("usage: fill_stream NATS_URL MESSAGES BYTES [NAME=VALUE...]");
    wanted w{.nats_url = argv[1], .messages = number(argv[2]), .bytes = number(argv[3])};
    for (int i = 4; i < argc; ++i)
        take_option(argv[i], w);
    runtime::asio::io_context ctx(1);
    filler f(ctx, std::move(w));
    runtime::run(ctx, f.run());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "fill_stream: %s\n", e.what());
    return 1;
}
