// What a receiver made of a test webhook.
#pragma once

#include <chrono>
#include <string>

namespace tidings::broadcaster {

struct test_result {
    std::string webhook_id;
    unsigned status = 0;  // 0: no answer
    std::string error;    // "timeout", "address_refused"...; empty: there is an answer
    std::string reason;   // of the error, for people
    std::chrono::steady_clock::duration took{};
    std::string body;  // its beginning
    bool body_cut = false;
};

}  // namespace tidings::broadcaster
