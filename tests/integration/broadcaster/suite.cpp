#include "suite.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "bus/jetstream/key_value.hpp"
#include "events/subjects.hpp"

namespace tidings::support {

namespace {

using namespace std::chrono_literals;

std::string padded(int number) {
    auto digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace

std::string event_json(const std::string& key, int number) {
    const auto n = std::to_string(number);
    return R"({"specversion":"1.0","id":")" + key + "-" + n +
           R"(","source":"/todos","type":"io.tidings.todo.updated.v1","subject":")" + key + R"(","partitionkey":")" +
           key + R"(","sequence":")" + padded(number) + R"(","datacontenttype":"application/json","data":{"n":)" + n +
           "}}";
}

bus_client::bus_client(const std::string& url) : connection_(ctx_, {.url = url, .name = "test"}) { connected(); }

template <class T>
T bus_client::run(runtime::task<T> t) {
    std::optional<T> result;
    std::exception_ptr failure;
    runtime::asio::co_spawn(ctx_, std::move(t), [&](std::exception_ptr e, T value) {
        failure = e;
        result.emplace(std::move(value));
    });
    ctx_.restart();
    while (!result)
        ctx_.run_one();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
}

bool bus_client::connected() {
    return eventually([this] {
        ctx_.restart();
        ctx_.poll();
        return connection_.connected();
    });
}

void bus_client::make_stream() {
    bus::stream_config c;
    c.name = events::todos_stream;
    c.subjects = {std::string(events::todos_subject), std::string(events::todos_subjects_below)};
    const auto made = run(bus::jetstream(connection_).ensure_stream(c));
    if (!made) throw std::runtime_error("stream not made: " + made.error().message());
}

void bus_client::publish_raw(const std::string& subject, const std::string& payload, bus::headers h) {
    bus::jetstream js(connection_);
    const auto until = std::chrono::steady_clock::now() + 20s;
    for (;;) {
        const auto stored = run(js.publish(subject, payload, h));
        if (stored) return;
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("not published: " + stored.error().message());
    }
}

void bus_client::publish_plain(const std::string& subject, const std::string& payload, const bus::headers& h) {
    connection_.publish(subject, "", h, payload);
    ctx_.restart();
    ctx_.poll();
}

void bus_client::publish(const std::string& key, int from, int to) {
    for (int n = from; n <= to; ++n) {
        publish_raw(std::string(events::todos_subject), event_json(key, n),
                    {{"Nats-Msg-Id", key + "-" + std::to_string(n)},
                     {std::string(events::content_type_header), "application/cloudevents+json"},
                     {std::string(events::type_header), "io.tidings.todo.updated.v1"},
                     {std::string(events::partitionkey_header), key}});
    }
}

std::uint64_t bus_client::position(const std::string& endpoint) {
    bus::key_value bucket(connection_, std::string(events::positions_bucket));
    const auto keys = run(bucket.keys());
    if (!keys) return 0;
    const auto begins =
        std::find_if(keys->begin(), keys->end(), [&](const auto& key) { return key.ends_with(".start." + endpoint); });
    if (begins == keys->end()) return 0;
    const auto shard = begins->substr(0, begins->find(".start."));
    const auto value = run(bucket.get(shard + ".key"));
    if (!value) return 0;
    const auto record = boost::json::parse(value->value);
    const auto epoch = std::string(record.at("epoch").as_string());
    if (const auto own = run(bucket.get(shard + ".own." + epoch + '.' + endpoint)))
        return boost::json::parse(own->value).at("next").to_number<std::uint64_t>();
    return record.at("streams").at(events::todos_stream).at("next").to_number<std::uint64_t>();
}

bus::stream_info bus_client::stream(const std::string& name) {
    const auto info = run(bus::jetstream(connection_).stream(name));
    if (!info) throw std::runtime_error("no stream: " + info.error().message());
    return *info;
}

bool bus_client::has_stream(const std::string& name) {
    return run(bus::jetstream(connection_).stream(name)).has_value();
}

void bus_client::delete_stream(const std::string& name) {
    const auto gone = run(connection_.request("$JS.API.STREAM.DELETE." + name, {}, {}, 5s));
    if (!gone) throw std::runtime_error("stream not deleted: " + gone.error().message());
}

std::string bus_client::api(const std::string& method, const std::string& payload) {
    const auto answer = run(connection_.request("$JS.API." + method, payload, {}, 5s));
    if (!answer || answer->payload().find("\"error\"") != std::string_view::npos)
        throw std::runtime_error(method + ": " + (answer ? std::string(answer->payload()) : answer.error().message()));
    return std::string(answer->payload());
}

bus::stored_message bus_client::stored(const std::string& stream, std::uint64_t sequence) {
    auto m = run(bus::jetstream(connection_).messages().get(stream, sequence));
    if (!m) throw std::runtime_error("no such message: " + m.error().message());
    return std::move(*m);
}

broadcaster_process::broadcaster_process(const std::string& nats_url, const std::vector<std::string>& endpoints,
                                         std::map<std::string, std::string> environment)
    : port_(free_port()), metrics_port_(free_port()) {
    std::ofstream file(dir_.path() / "broadcaster.yaml");
    file << "allow_private_addresses: true\n";
    if (!endpoints.empty()) file << "endpoints:\n";
    for (const auto& e : endpoints)
        file << e;
    file.close();
    environment_ = std::move(environment);
    environment_.try_emplace("NATS_URL", nats_url);
    environment_.try_emplace("PORT", std::to_string(port_));
    environment_.try_emplace("METRICS_PORT", std::to_string(metrics_port_));
    start();
}

void broadcaster_process::start() {
    process::options o;
    o.argv = {program("broadcaster"), "--config", (dir_.path() / "broadcaster.yaml").string()};
    o.environment = environment_;
    o.log = dir_.path() / "log";
    child_.emplace(std::move(o));
}

void broadcaster_process::restart() {
    start();
    eventually([this] { return ready(); });
}

std::string broadcaster_process::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string broadcaster_process::metrics() const {
    try {
        return http_call("GET", "http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics").body;
    } catch (const std::exception&) {
        return {};
    }
}

double broadcaster_process::metric(const std::string& series) const {
    return metric_value(metrics(), series).value_or(0);
}

bool broadcaster_process::ready() const {
    try {
        return http_call("GET", url("/readyz")).status == 200;
    } catch (const std::exception&) {
        return false;
    }
}

std::size_t broadcaster_process::owned() const {
    std::istringstream text(metrics());
    std::size_t n = 0;
    for (std::string line; std::getline(text, line);)
        n += line.starts_with("broadcaster_endpoint_owner{") && line.ends_with(" 1") ? 1 : 0;
    return n;
}

void broadcaster_process::wait_for_endpoints(std::size_t count) const {
    if (!eventually([&] { return owned() >= count; })) throw std::runtime_error("endpoints not ready:\n" + log());
}

void wait_for_endpoints(const broadcaster_process& one, const broadcaster_process& two, std::size_t count) {
    if (!eventually([&] { return one.ready() && two.ready() && one.owned() + two.owned() == count; }))
        throw std::runtime_error("endpoints not ready:\n" + one.log() + two.log());
}

std::string endpoint_yaml(const receiver& r, const std::string& name, const std::vector<std::string>& more) {
    std::string item =
        "  - name: " + name + "\n    url: " + r.url("/" + name) + "\n    secrets: [" + receiver::secret + "]\n";
    for (const auto& line : more)
        item += "    " + line + "\n";
    return item;
}

}  // namespace tidings::support
