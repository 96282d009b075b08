#include "domain/shard_record.hpp"

#include <boost/json.hpp>
#include <utility>

namespace tidings::broadcaster {

namespace json = boost::json;

namespace {

json::object json_of(const stream_position& p) { return {{"created", p.created}, {"next", p.next}}; }

std::optional<std::string> text_in(const json::object& o, std::string_view key) {
    const auto* v = o.if_contains(key);
    if (v == nullptr || !v->is_string()) return std::nullopt;
    return std::string(v->get_string());
}

std::optional<stream_position> position_in(const json::value& v) {
    if (!v.is_object()) return std::nullopt;
    const auto created = text_in(v.get_object(), "created");
    const auto* next = v.get_object().if_contains("next");
    boost::system::error_code failure;
    if (!created || next == nullptr) return std::nullopt;
    const auto number = next->to_number<std::uint64_t>(failure);
    if (failure) return std::nullopt;
    return stream_position{*created, number};
}

// An owner of an earlier version does not say it.
std::uint64_t number_in(const json::object& o, std::string_view key) {
    const auto* const number = o.if_contains(key);
    boost::system::error_code failure;
    const auto n = number == nullptr ? 0 : number->to_number<std::uint64_t>(failure);
    return failure ? 0 : n;
}

own_places own_in(const json::object& o) {
    const auto* const own = o.if_contains("own");
    if (own == nullptr || !own->is_object()) return {};
    const own_places p{number_in(own->get_object(), "count"), number_in(own->get_object(), "lowest")};
    return p.count > 0 && p.lowest > 0 ? p : own_places{};
}

json::object json_of(const shard_position& p) {
    auto o = json_of(stream_position{p.created, p.next});
    if (p.own.count > 0) o["own"] = {{"count", p.own.count}, {"lowest", p.own.lowest}};
    return o;
}

std::optional<json::object> object_of(std::string_view text) {
    boost::system::error_code failure;
    auto value = json::parse(text, failure);
    if (failure || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

// What is undone is written as distances from one to the next.
json::array distances(std::uint64_t from, const std::vector<std::uint64_t>& undone) {
    json::array all;
    for (const auto sequence : undone)
        all.push_back(sequence - std::exchange(from, sequence));
    return all;
}

// Nothing, if it is not what distances() wrote.
std::vector<std::uint64_t> undone_in(const json::object& o, std::uint64_t from, std::uint64_t known) {
    const auto* const all = o.if_contains("undone");
    if (all == nullptr || !all->is_array() || all->get_array().size() > done_set::most_undone) return {};
    std::vector<std::uint64_t> undone;
    for (const auto& v : all->get_array()) {
        boost::system::error_code failure;
        const auto distance = v.to_number<std::uint64_t>(failure);
        const bool next = !failure && (distance > 0 || undone.empty()) && from < known && distance < known - from;
        if (!next) return {};
        undone.push_back(from += distance);
    }
    return undone;
}

void read_known(const json::object& o, endpoint_position& p) {
    const auto* const known = o.if_contains("known");
    if (known == nullptr) return;
    boost::system::error_code failure;
    const auto number = known->to_number<std::uint64_t>(failure);
    if (failure || number >> 62 != 0) return;
    p.undone = undone_in(o, p.at.next, number);
    if (!p.undone.empty()) p.known = number;
}

}  // namespace

std::string shard_record::to_json() const {
    json::object all;
    for (const auto& [name, p] : streams)
        all[name] = json_of(p);
    json::object o{{"owner", owner}, {"epoch", epoch}, {"streams", std::move(all)}};
    if (starts > 0) o["starts"] = starts;
    return json::serialize(o);
}

std::optional<shard_record> shard_record::parse(std::string_view text) {
    const auto o = object_of(text);
    if (!o) return std::nullopt;
    const auto owner = text_in(*o, "owner");
    const auto epoch = text_in(*o, "epoch");
    const auto* all = o->if_contains("streams");
    if (!owner || !epoch || all == nullptr || !all->is_object()) return std::nullopt;
    shard_record r{*owner, *epoch, {}, number_in(*o, "starts")};
    for (const auto& [name, value] : all->get_object()) {
        const auto p = position_in(value);
        if (!p) return std::nullopt;
        r.streams.emplace(name, shard_position{p->created, p->next, own_in(value.get_object())});
    }
    return r;
}

std::string endpoint_position::to_json() const {
    auto o = json_of(at);
    o["stream"] = stream;
    if (!served) o["served"] = false;
    if (!undone.empty()) {
        o["known"] = known;
        o["undone"] = distances(at.next, undone);
    }
    return json::serialize(o);
}

std::optional<endpoint_position> endpoint_position::parse(std::string_view text) {
    const auto o = object_of(text);
    if (!o) return std::nullopt;
    const auto stream = text_in(*o, "stream");
    const auto at = position_in(*o);
    if (!stream || !at) return std::nullopt;
    const auto* served = o->if_contains("served");
    endpoint_position p{*stream, *at, served == nullptr || !served->is_bool() || served->get_bool()};
    read_known(*o, p);
    return p;
}

done_set endpoint_position::done() const {
    done_set d(at.next);
    d.known = known;
    d.undone = undone;
    return d;
}

endpoint_position endpoint_position::of(std::string stream, std::string created, done_set d) {
    return {std::move(stream), {std::move(created), d.next}, true, d.known, std::move(d.undone)};
}

void shard_watch::saw(std::uint64_t revision, bool released, time_point now) {
    if (!seen_ || revision != revision_) unchanged_since_ = now;
    seen_ = true;
    revision_ = revision;
    released_ = released;
}

shard_watch::time_point shard_watch::takeable_at() const {
    return revision_ == 0 || released_ ? unchanged_since_ : unchanged_since_ + shard_taken_after;
}

bool shard_watch::takeable(time_point now) const { return seen_ && now >= takeable_at(); }

std::chrono::milliseconds shard_watch::free_for(time_point now) const {
    if (!takeable(now)) return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - takeable_at());
}

}  // namespace tidings::broadcaster
