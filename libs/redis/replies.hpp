// What a server of the Redis protocol answers, one reply after the other (hiredis reads them). Only what a cache is
// answered: a text, a number, nothing, an error. Anything else, or more than the limit, is a failure that stays.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;  // NOLINT(readability-identifier-naming): hiredis names it

namespace tidings::redis {

struct reply {
    enum class kind { text, nothing, error };
    kind what = kind::nothing;
    std::string text = {};  // a number is its digits
};

class replies {
  public:
    // `most_bytes`: of one reply.
    explicit replies(std::size_t most_bytes);

    void feed(std::string_view bytes);
    // Nothing: more bytes are needed, or it has failed.
    std::optional<reply> next();
    bool failed() const { return failed_; }

  private:
    bool begins_well() const;

    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
    std::size_t most_bytes_;
    bool within_ = false;  // the beginning of a reply is there
    bool failed_ = false;
};

// A command as the protocol has it.
std::string command(const std::vector<std::string_view>& words);

}  // namespace tidings::redis
