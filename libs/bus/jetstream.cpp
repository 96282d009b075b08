#include "bus/jetstream.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "bus/ack_json.hpp"
#include "bus/jetstream_json.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

const std::string api = "$JS.API.";

// Whether a stream as it stands serves `wanted`: its subjects are covered and it keeps at least as long.
bool serves(const json::object& config, const stream_config& wanted) {
    const auto* subjects = config.if_contains("subjects");
    if (subjects == nullptr || !subjects->is_array()) return wanted.subjects.empty();
    for (const auto& s : wanted.subjects) {
        if (std::find(subjects->as_array().begin(), subjects->as_array().end(), json::value(s)) ==
            subjects->as_array().end())
            return false;
    }
    const auto age = config.contains("max_age") ? config.at("max_age").to_number<std::int64_t>() : 0;
    const auto wanted_age = std::chrono::nanoseconds(wanted.max_age).count();
    return age == 0 || (wanted_age != 0 && age >= wanted_age);
}

}  // namespace

runtime::task<result<json::object>> jetstream::ask(std::string subject, std::string payload) {
    const auto answer = co_await bus_.request(api + subject, std::move(payload), {}, deadline_);
    if (!answer) co_return answer.error();
    co_return parse_answer(*answer);
}

runtime::task<result<stream_info>> jetstream::ensure_stream(stream_config c) {
    const auto found = co_await ask("STREAM.INFO." + c.name, {});
    if (!found && found.error() != make_error_code(errc::not_found)) co_return found.error();
    if (found && serves(found->at("config").as_object(), c)) co_return stream_info_of(*found);
    auto wanted = to_json(c);
    if (found) {
        // Widen what stands instead of narrowing it: somebody else may count on its other subjects.
        for (const auto& s : found->at("config").at("subjects").as_array()) {
            auto& list = wanted["subjects"].as_array();
            if (std::find(list.begin(), list.end(), s) == list.end()) list.push_back(s);
        }
        wanted["num_replicas"] = found->at("config").at("num_replicas");
    }
    const auto made =
        co_await ask(std::string(found ? "STREAM.UPDATE." : "STREAM.CREATE.") + c.name, json::serialize(wanted));
    if (!made) co_return made.error();
    co_return stream_info_of(*made);
}

runtime::task<result<stream_info>> jetstream::stream(std::string name) {
    const auto found = co_await ask("STREAM.INFO." + name, {});
    if (!found) co_return found.error();
    co_return stream_info_of(*found);
}

runtime::task<result<consumer_info>> jetstream::ensure_consumer(consumer_config c) {
    const auto found = co_await consumer(c.stream, c.durable);
    if (!found && found.error() != make_error_code(errc::not_found)) co_return found.error();
    if (found) {
        const auto& as_is = found->config;
        if (as_is.ack_wait == c.ack_wait && as_is.max_ack_pending == c.max_ack_pending &&
            as_is.description == c.description) {
            co_return *found;
        }
        // What cannot be changed stays as the server has it.
        c.from = as_is.from;
        c.start_sequence = as_is.start_sequence;
        c.start_time = as_is.start_time;
        c.filter_subject = as_is.filter_subject;
    }
    const auto subject = "CONSUMER.DURABLE.CREATE." + c.stream + '.' + c.durable;
    const auto made = co_await ask(subject, json::serialize(to_json(c)));
    if (!made) co_return made.error();
    co_return consumer_info_of(*made);
}

runtime::task<result<consumer_info>> jetstream::consumer(std::string stream, std::string durable) {
    const auto found = co_await ask("CONSUMER.INFO." + stream + '.' + durable, {});
    if (!found) co_return found.error();
    co_return consumer_info_of(*found);
}

runtime::task<result<>> jetstream::delete_consumer(std::string stream, std::string durable) {
    const auto gone = co_await ask("CONSUMER.DELETE." + stream + '.' + durable, {});
    if (!gone) co_return gone.error();
    co_return result<>();
}

runtime::task<result<stored_message>> jetstream::get_message(std::string stream, json::object which) {
    const auto found = co_await ask("STREAM.MSG.GET." + stream, json::serialize(which));
    if (!found) co_return found.error();
    co_return stored_message_of(*found);
}

runtime::task<result<stored_message>> jetstream::get(std::string stream, std::uint64_t sequence) {
    co_return co_await get_message(std::move(stream), {{"seq", sequence}});
}

runtime::task<result<stored_message>> jetstream::next(std::string stream, std::uint64_t from, std::string subject) {
    co_return co_await get_message(std::move(stream), {{"seq", from}, {"next_by_subj", subject}});
}

runtime::task<result<stored_message>> jetstream::last(std::string stream, std::string subject) {
    co_return co_await get_message(std::move(stream), {{"last_by_subj", subject}});
}

runtime::task<result<>> jetstream::remove(std::string stream, std::uint64_t sequence) {
    const auto gone = co_await ask("STREAM.MSG.DELETE." + stream, json::serialize(json::object{{"seq", sequence}}));
    if (!gone) co_return gone.error();
    co_return result<>();
}

runtime::task<result<std::uint64_t>> jetstream::publish(std::string subject, std::string payload, headers h) {
    const auto answer = co_await bus_.request(std::move(subject), std::move(payload), std::move(h), deadline_);
    if (!answer) co_return answer.error();
    const auto ack = parse_ack(*answer);
    if (ack.failure) co_return ack.failure;
    co_return ack.sequence;
}

}  // namespace tidings::bus
