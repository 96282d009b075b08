// Fills the stream TODOS with created-events of a given size, as todo-be's relay would publish them.
//
//     fill_stream NATS_URL MESSAGES BYTES
//
// Returns when JetStream has acknowledged all of them; exit code 1 if it rejected one.
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

constexpr std::size_t window = 1'024;   // publishes in flight: enough for full speed, and JetStream keeps up
constexpr std::uint64_t keys = 10'000;  // to-dos that the events are spread over

struct wanted {
    std::string nats_url;
    std::uint64_t messages;
    std::size_t bytes;
};

// An event of exactly `bytes` bytes, when that is more than its envelope needs.
std::string event_of(std::string_view id, std::string_view key, std::size_t bytes) {
    events::cloud_event e;
    e.id = id;
    e.source = "/todos";
    e.type = "io.tidings.todo.created.v1";
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
        for (std::uint64_t i = 0; i < keys; ++i)
            keys_.push_back(ids::uuid::v7().str());
    }

    runtime::task<> run() {
        bus_.on_connected([this] { wakeup_.notify(); });
        while (!bus_.connected()) {
            if (!co_await wakeup_.wait(10s)) throw std::runtime_error("no NATS at " + wanted_.nats_url);
        }
        co_await make_stream();
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
        const auto made = co_await js.ensure_stream(std::move(c));
        if (!made) throw boost::system::system_error(made.error());
    }

    void publish(std::uint64_t number) {
        const std::string id = ids::uuid::v7().str();
        const std::string& key = keys_[number % keys_.size()];
        const bus::headers h{{"Nats-Msg-Id", id},
                             {std::string(events::content_type_header), std::string(events::cloudevents_content_type)},
                             {std::string(events::type_header), "io.tidings.todo.created.v1"},
                             {std::string(events::partitionkey_header), key}};
        publisher_.publish(events::todos_subject, h, event_of(id, key, wanted_.bytes),
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

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 4) throw std::invalid_argument("usage: fill_stream NATS_URL MESSAGES BYTES");
    runtime::asio::io_context ctx(1);
    filler f(ctx, {argv[1], number(argv[2]), number(argv[3])});
    runtime::run(ctx, f.run());
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "fill_stream: %s\n", e.what());
    return 1;
}
