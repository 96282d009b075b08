// How long answers of each kind take, learned from those that came after their deadline: such a question is given more
// time when it is put again, or it would be put for ever. Pure: time is an argument.
//
// Nothing is learned from an answer that a later question of its kind has overtaken: that one was slow alone, such as a
// consumer that was given to a server which was down, and is made when that is back.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "runtime/task.hpp"

namespace tidings::bus {

class answer_times {
  public:
    using milliseconds = std::chrono::milliseconds;
    static constexpr milliseconds longest{20'000};  // that a learned deadline can become

    // "$JS.API.CONSUMER.CREATE" of "$JS.API.CONSUMER.CREATE.TODOS.x", "$KV.B" of "$KV.B.key".
    static std::string_view kind_of(std::string_view subject);

    // At least `deadline`.
    milliseconds allowed(std::string_view kind, milliseconds deadline) const;
    // A question that was put at `sent` has its answer, in time or late.
    void answered(std::string_view kind, runtime::time_point sent, runtime::time_point now);
    void answered_late(std::string_view kind, runtime::time_point sent, runtime::time_point now);
    void forget() { known_.clear(); }

  private:
    struct times {
        milliseconds slow{0};           // 0: not slow
        runtime::time_point in_time{};  // when the latest of those was put that were answered in time
    };
    std::map<std::string, times, std::less<>> known_;
};

}  // namespace tidings::bus
