#include "reading/stream_ends.hpp"

#include "support/catch.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

const runtime::time_point start{1h};

// A shard that has read the stream up to 40.
kept_positions read_to_40(const std::string& created = "then") {
    kept_positions kept;
    kept.revision = 1;
    kept.record = shard_record{"me", "e", {{"S", {created, 41}}}};
    return kept;
}

stream_now ends_at(std::uint64_t last, const std::string& created = "then") { return {created, 1, last}; }

}  // namespace

TEST_CASE("that a stream ends before its positions is believed after four seconds of looks") {
    stream_ends ends("0");
    CHECK_FALSE(ends.too_early("S", ends_at(40), read_to_40(), start));
    for (auto at = start; at < start + 4s; at += 500ms)
        CHECK(ends.too_early("S", ends_at(20), read_to_40(), at));
    CHECK_FALSE(ends.too_early("S", ends_at(20), read_to_40(), start + 4s));
}

TEST_CASE("a look of long ago does not count with that of now") {
    stream_ends ends("0");
    CHECK(ends.too_early("S", ends_at(20), read_to_40(), start));
    CHECK(ends.too_early("S", ends_at(20), read_to_40(), start + 1h));
    CHECK(ends.too_early("S", ends_at(20), read_to_40(), start + 1h + 2s));
}

TEST_CASE("nor does one at a stream of another creation") {
    stream_ends ends("0");
    CHECK(ends.too_early("S", ends_at(20), read_to_40(), start));
    CHECK(ends.too_early("S", ends_at(20, "now"), read_to_40("now"), start + 1s));
}

}  // namespace tidings::broadcaster
