// The owner of an endpoint, as stored in the key-value bucket.
#include "domain/lease.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto lease = broadcaster::lease_record::parse(bytes);
    if (!lease) return;
    const auto again = broadcaster::lease_record::parse(lease->to_json());
    require(again && again->owner == lease->owner && again->resume == lease->resume,
            "a lease survives the way out and in");
}

}  // namespace tidings::fuzz
