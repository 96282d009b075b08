// What a replica tells the others, from any publisher.
#include "domain/fleet_members.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto n = broadcaster::fleet_news::parse(bytes);
    if (!n) return;
    const auto again = broadcaster::fleet_news::parse(n->to_json());
    require(again && again->replica == n->replica && again->leaving == n->leaving && again->asks == n->asks &&
                again->released == n->released && again->files == n->files,
            "news survive the way out and in");
    broadcaster::fleet_members members("self");
    const broadcaster::fleet_members::time_point now{};
    const bool joins = n->replica != "self" && !n->leaving;
    require(members.heard(*n, now) == joins && !members.heard(*n, now), "a replica joins once");
    require(members.all().size() == (joins ? 2 : 1), "this replica is always among them");
    require(members.forget_silent(now + 2 * broadcaster::silent_after) == joins, "who is silent is forgotten");
}

}  // namespace tidings::fuzz
