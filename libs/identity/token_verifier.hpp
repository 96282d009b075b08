// Verifies JWTs of one issuer (RFC 9068), with keys that are given or that it fetches and follows.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "identity/claims.hpp"
#include "identity/key_fetch.hpp"
#include "identity/key_schedule.hpp"
#include "identity/key_set.hpp"
#include "identity/verifier.hpp"

namespace tidings::identity {

struct verifier_options {
    expectations expected;
    std::optional<key_set> keys;  // these and no others: nothing is fetched
    std::string jwks_url;         // empty: the issuer's discovery document says it
    bool allow_http = false;      // fetch over http from other machines too
    key_times times{};
    std::size_t most_remembered = 10'000;  // verified tokens
};

// What a fetch came to.
struct key_news {
    std::string problem;  // for people; empty: keys came
    std::size_t keys = 0;
    bool changed = false;  // they are others than before
};

// Called from the loop; what is not set is not called.
struct verifier_report {
    // "accepted", "remembered" (accepted, verified before), "unavailable" or the name of an errc: for metrics.
    std::function<void(std::string_view outcome)> on_token;
    std::function<void(const key_news&)> on_fetch;
};

// Begins to fetch as soon as the loop runs, and ends with the verifier; a fetch under way may take its time to end.
// Keys are fetched anew when their answer says so, at most after an hour, and once a minute at most for a token whose
// key is not among them. While that fails, the old ones count for a day.
std::unique_ptr<verifier> make_token_verifier(const runtime::executor& ex, verifier_options options,
                                              verifier_report report);

}  // namespace tidings::identity
