// A message of WEBHOOK_RETRIES, of an earlier version or a stranger: a line with its subject, one with the time of the
// message that it was made from, headers, an empty line, and the body.
#include "delivery/retry_message.hpp"

#include <algorithm>

#include "bus/connection/header_block.hpp"
#include "domain/lane_key.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

using namespace broadcaster;

bus::stored_message stored_in(std::string_view bytes) {
    bus::stored_message m;
    m.sequence = 1;
    m.subject = next_part(bytes);
    m.time = next_part(bytes);
    const auto end = std::min(bytes.find("\r\n\r\n"), bytes.size());
    m.payload = bytes.substr(std::min(end + 4, bytes.size()));
    m.h = bus::header_block(bytes.substr(0, std::min(end + 4, bytes.size()))).all();
    return m;
}

void check_note(const bus::stored_message& m) {
    const auto message = bus::make_message(m.subject, "", m.h, m.payload);
    const auto note = message ? read_retry(message) : std::nullopt;
    if (!note) return;
    const auto& r = note->entry;
    require(r.key.size() <= longest_lane_key, "a key is short");
    require(retry_queue::milliseconds_of(r.due) >= 0, "it is due some time after 1970");
    static retry_queue q;
    q.found(note->id, r);
    require(q.contains(note->id), "what is found waits");
    q.settle(note->id);
    require(!q.contains(note->id), "and is gone when it is settled");
}

// It is delivered, and when it fails written down once more.
void check_event(const event& e, retry_id id) {
    const auto age = std::chrono::system_clock::now().time_since_epoch() - std::chrono::nanoseconds(e.stored_ns);
    require(e.stored_ns >= 0 && age <= std::chrono::system_clock::now().time_since_epoch(), "it has an age");
    const auto again = write_retry(e, {0, 1, retry_queue::time_of(1'000), "", false}, "ORDERS", "epoch", 1'000'000);
    require(left_out_of({1, "", std::string(again.body), "", again.headers}) == left_out::nothing, "so small, it fits");
    require(source_sequence_of({1, "", "", "", again.headers}, id) == e.sequence, "it keeps its place");
}

}  // namespace

void check(std::string_view bytes) {
    const auto m = stored_in(bytes);
    check_note(m);
    require(key_of_retry(m).size() <= longest_lane_key, "a key is short");
    left_out_of(m);
    const retry_id id{7, 42};
    const bool same = is_source_of(m, m);
    check_event(*event_of_retry(m, id, same ? &m : nullptr), id);
    if (bus::make_message(m.subject, "", m.h, m.payload)) check_event(*event_of_source(m, "ORDERS", id), id);
}

}  // namespace tidings::fuzz

// cnats frees messages in a thread of its own: to libFuzzer they look like leaks, which take long to refute.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }  // NOLINT(bugprone-reserved-identifier)
