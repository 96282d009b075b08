#include "suite.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

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

std::uint64_t waiting(bus_client& bus) {
    if (!bus.has_stream("WEBHOOK_RETRIES")) return 0;
    const auto info = boost::json::parse(
        bus.api("STREAM.INFO.WEBHOOK_RETRIES", R"({"subjects_filter":"webhooks.retries.*.loading"})"));
    const auto& state = info.at("state").as_object();
    const auto* marks = state.if_contains("subjects");
    return state.at("messages").to_number<std::uint64_t>() - (marks ? marks->as_object().size() : 0);
}

bus::stored_message latest_waiting(bus_client& bus) { return bus.latest("WEBHOOK_RETRIES", "webhooks.retries.*.*.>"); }

std::set<std::string> id_set(const receiver& r, const std::string& path) {
    const auto ids = r.ids(path);
    return {ids.begin(), ids.end()};
}

bool make_stream_of_three(bus_client& bus) {
    return eventually([&] {
        try {
            bus.make_stream(3);
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    });
}

std::size_t records(bus_client& bus) {
    std::size_t lines = 0;
    const auto last = bus.stream("WEBHOOK_ATTEMPTS").last_seq;
    for (std::uint64_t n = 1; n <= last; ++n) {
        const auto m = bus.stored("WEBHOOK_ATTEMPTS", n);
        lines += static_cast<std::size_t>(std::count(m.payload.begin(), m.payload.end(), '\n'));
    }
    return lines;
}

std::string event_json(const std::string& key, int number) {
    const auto n = std::to_string(number);
    return R"({"specversion":"1.0","id":")" + key + "-" + n +
           R"(","source":"/todos","type":"io.tidings.todo.updated.v1","subject":")" + key + R"(","partitionkey":")" +
           key + R"(","sequence":")" + padded(number) + R"(","datacontenttype":"application/json","data":{"n":)" + n +
           "}}";
}

bus_client::bus_client(const std::string& url)
    : connection_(ctx_, {.url = url, .name = "test", .needs_jetstream = true}) {
    connected();
}

template <class T>
T bus_client::run(runtime::task<T> t) {
    connected();  // again, when its server died: the loop runs during calls only
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

// A cluster that elects answers nothing, and the server may be the one that died.
template <class F>
auto bus_client::run_until_answered(F ask, std::chrono::milliseconds deadline) {
    bus::jetstream js(connection_, deadline);
    const auto until = std::chrono::steady_clock::now() + 30s;
    for (;;) {
        auto answer = run(ask(js));
        if (answer || answer.error() == bus::errc::not_found || std::chrono::steady_clock::now() > until) return answer;
    }
}

bool bus_client::connected() {
    return eventually([this] {
        ctx_.restart();
        ctx_.poll();
        return connection_.connected();
    });
}

void bus_client::make_stream(unsigned replicas) {
    bus::stream_config c;
    c.name = events::todos_stream;
    c.subjects = {std::string(events::todos_subject), std::string(events::todos_subjects_below)};
    c.replicas = replicas;
    const auto made = run(bus::jetstream(connection_).ensure_stream(c));
    if (!made) throw std::runtime_error("stream not made: " + made.error().message());
}

void bus_client::publish_raw(const std::string& subject, const std::string& payload, bus::headers h) {
    const bool once = std::any_of(h.begin(), h.end(), [](const auto& one) { return one.first == "Nats-Msg-Id"; });
    const auto stored = run_until_answered([&](bus::jetstream& js) { return js.publish(subject, payload, h); },
                                           once ? 1s : 5s);  // without an id it would be stored twice
    if (!stored) throw std::runtime_error("not published: " + stored.error().message());
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

broadcaster::done_set bus_client::done_of(const std::string& endpoint) {
    bus::key_value bucket(connection_, std::string(events::positions_bucket));
    const auto keys = run(bucket.keys());
    if (!keys) return 0;
    const auto begins = std::find_if(keys->begin(), keys->end(), [&](const auto& key) {
        return key.ends_with(".start." + endpoint) || key.find(".start." + endpoint + '_') != std::string::npos;
    });
    if (begins == keys->end()) return 0;
    const auto shard = begins->substr(0, begins->find(".start."));
    const auto value = run(bucket.get(shard + ".key"));
    if (!value) return 0;
    const auto record = boost::json::parse(value->value);
    const auto epoch = std::string(record.at("epoch").as_string());
    if (const auto own = run(bucket.get(shard + ".own." + epoch + begins->substr(begins->rfind('.')))))
        return broadcaster::endpoint_position::parse(own->value).value().done();
    const auto* of_stream = record.at("streams").as_object().if_contains(events::todos_stream);
    return of_stream ? of_stream->at("next").to_number<std::uint64_t>()
                     : 0;  // none yet: the owner asks how far it goes
}

void bus_client::let_positions_in(bool in) {
    api("STREAM.UPDATE.KV_WEBHOOK_POSITIONS",
        R"({"name":"KV_WEBHOOK_POSITIONS","subjects":[")" + std::string(in ? "$KV.WEBHOOK_POSITIONS.>" : "nowhere") +
            R"("],"retention":"limits","storage":"file","discard":"new","max_msgs_per_subject":1,"num_replicas":1,)"
            R"("deny_delete":true,"allow_rollup_hdrs":true,"allow_direct":true})");
}

std::uint64_t bus_client::position(const std::string& endpoint) { return done_of(endpoint).next; }

std::string bus_client::leader_of(const std::string& stream) {
    const auto answer = run(connection_.request("$JS.API.STREAM.INFO." + stream, {}, {}, 2s));
    if (!answer) return {};
    const auto info = boost::json::parse(answer->payload());
    const auto* cluster = info.as_object().if_contains("cluster");
    const auto* leader = cluster ? cluster->as_object().if_contains("leader") : nullptr;
    return leader ? std::string(leader->as_string()) : std::string();
}

bool bus_client::in_step(const std::string& stream) {
    const auto answer = run(connection_.request("$JS.API.STREAM.INFO." + stream, {}, {}, 2s));
    if (!answer) return false;
    const auto info = boost::json::parse(answer->payload());
    const auto* cluster = info.as_object().if_contains("cluster");
    const auto* others = cluster ? cluster->as_object().if_contains("replicas") : nullptr;
    return others && std::ranges::all_of(others->as_array(), [](const auto& r) {
               return r.at("current").as_bool() && !r.as_object().contains("offline");
           });
}

bus::stream_info bus_client::stream(const std::string& name) {
    const auto info = run_until_answered([&](bus::jetstream& js) { return js.stream(name); });
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
    auto m = run_until_answered([&](bus::jetstream& js) { return js.messages().get(stream, sequence); });
    if (!m) throw std::runtime_error("no such message: " + m.error().message());
    return std::move(*m);
}

bus::stored_message bus_client::latest(const std::string& stream, const std::string& subject) {
    auto m = run_until_answered([&](bus::jetstream& js) { return js.messages().last(stream, subject); });
    if (!m) throw std::runtime_error("no such message: " + m.error().message());
    return std::move(*m);
}

}  // namespace tidings::support
