// How the receiver answers webhooks: with success by default, or as instructed at run time, per path.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "http/message/response.hpp"

namespace tidings::receiver {

enum class mode {
    ok,        // 204
    fail,      // 500
    hang,      // no response for two minutes; then the connection is cut
    gone,      // 410
    throttle,  // 429 with Retry-After
    close,     // the connection is cut without a response
    slow,      // 204, a second later
    redirect,  // 302 to another path of the receiver
};

struct behaviour {
    receiver::mode mode = receiver::mode::ok;
    unsigned status = 204;  // 0: no response, the connection is cut
    std::string retry_after;
    std::chrono::milliseconds delay{0};
};

struct instruction {
    std::string path;
    receiver::behaviour behaviour;
    std::optional<std::uint64_t> times;  // for how many webhooks; nothing: until the next instruction
};

// What is wrong with an instruction, human-readable.
struct complaint {
    std::string text;
};

// {"path":"/a","mode":"fail","status":503,"retry_after":"2","delay_ms":100,"times":3}; only path and mode are needed.
boost::system::result<instruction, complaint> parse_instruction(std::string_view json);

class behaviours {
  public:
    void set(instruction i) { instructions_[i.path] = std::move(i); }
    void clear() { instructions_.clear(); }
    // The behaviour for the next webhook to `path`; counts down `times`.
    behaviour next(std::string_view path);

  private:
    std::map<std::string, instruction, std::less<>> instructions_;
};

// What is sent after behaviour::delay.
http::response answer(const behaviour& b);

}  // namespace tidings::receiver
