#include "stream_reader.hpp"

#include <boost/json/parse.hpp>

#include "events/subjects.hpp"
#include "runtime/run.hpp"

namespace tidings::todo_be_test {

namespace {

stored_event event_of(bus::stored_message m) {
    const auto o = boost::json::parse(m.payload).as_object();
    const auto text = [&o](const char* name) { return std::string(o.at(name).as_string()); };
    return {.id = text("id"),
            .type = text("type"),
            .subject = text("subject"),
            .version = text("sequence"),
            .data = o.at("data").as_object(),
            .message = std::move(m)};
}

runtime::task<> until_connected(bus::connection& connection) {
    for (int tries = 0; !connection.connected() && tries < 500; ++tries) {
        co_await runtime::sleep_for(std::chrono::milliseconds(10));
    }
}

runtime::task<> ask(runtime::asio::io_context& ctx, std::string url, std::string subject, std::string payload) {
    bus::connection connection(ctx, {.url = url, .name = "test"});
    co_await until_connected(connection);
    const auto answer =
        co_await connection.request(std::move(subject), std::move(payload), {}, std::chrono::seconds(5));
    if (!answer) throw std::runtime_error(answer.error().message());
}

runtime::task<> read_all(runtime::asio::io_context& ctx, std::string url, std::vector<stored_event>& found) {
    bus::connection connection(ctx, {.url = url, .name = "test"});
    co_await until_connected(connection);
    bus::jetstream stream(connection);
    for (std::uint64_t from = 1;;) {
        auto next = co_await stream.messages().next(std::string(events::todos_stream), from,
                                                    std::string(events::todos_subject));
        if (!next) co_return;
        from = next->sequence + 1;
        found.push_back(event_of(std::move(*next)));
    }
}

}  // namespace

std::vector<stored_event> read_stream(const std::string& nats_url) {
    runtime::asio::io_context ctx(1);
    std::vector<stored_event> found;
    runtime::run(ctx, read_all(ctx, nats_url, found));
    return found;
}

void delete_stream(const std::string& nats_url, const std::string& name) {
    runtime::asio::io_context ctx(1);
    runtime::run(ctx, ask(ctx, nats_url, "$JS.API.STREAM.DELETE." + name, {}));
}

void make_stream(const std::string& nats_url, const std::string& name, const std::string& subject) {
    runtime::asio::io_context ctx(1);
    const auto config = R"({"name":")" + name + R"(","subjects":[")" + subject + R"("]})";
    runtime::run(ctx, ask(ctx, nats_url, "$JS.API.STREAM.CREATE." + name, config));
}

}  // namespace tidings::todo_be_test
