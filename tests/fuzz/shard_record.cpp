// What the bucket of positions holds, read by another process.
#include "domain/shard_record.hpp"

#include "domain/endpoint_progress.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

// An endpoint that goes on from what is stored gets what was not done, each once, and nothing else.
void check_progress(const broadcaster::done_set& stored) {
    broadcaster::endpoint_progress p(stored, 1);
    require(p.reads_alone() && p.in_hand() == 0, "an endpoint with a position of its own reads alone");
    require(stored.next == 0 || !p.takes_alone(stored.next - 1), "nothing below the position comes again");
    for (const auto sequence : stored.undone) {
        require(!stored.contains(sequence) && p.takes_alone(sequence), "what was not done comes again");
        p.take(sequence);
        require(!p.takes_alone(sequence), "it does so once");
        p.done(sequence);
    }
    require(p.next() == stored.end() && p.lowest(0) == stored.end(), "then everything that was known is done");
}

}  // namespace

void check(std::string_view bytes) {
    if (const auto r = broadcaster::shard_record::parse(bytes)) {
        const auto again = broadcaster::shard_record::parse(r->to_json());
        require(again && again->owner == r->owner && again->epoch == r->epoch && again->streams == r->streams,
                "a shard's record survives the way out and in");
    }
    if (const auto p = broadcaster::endpoint_position::parse(bytes)) {
        require(broadcaster::endpoint_position::parse(p->to_json()) == p, "so does an endpoint's position");
        check_progress(p->done());
    }
}

}  // namespace tidings::fuzz
