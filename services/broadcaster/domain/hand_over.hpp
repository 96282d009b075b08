// When a shard that is to go to another replica closes and is released (ADR 70). Pure.
#pragma once

#include <chrono>
#include <optional>

namespace tidings::broadcaster {

class hand_over {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit hand_over(std::chrono::milliseconds timeout) : timeout_(timeout) {}

    // Whether the shard is to go, as things stand. True: it was to go, and goes on after all; once it is closed it
    // does not.
    bool look(bool is_to_go, time_point now);
    bool begun() const { return until_.has_value(); }
    // Whether it is to be closed now, once. `free`: who goes on meanwhile may be stopped.
    bool closes(bool free, time_point now);
    bool closed() const { return closed_at_.has_value(); }
    // Closed for so long that what is under way is left to the next owner.
    bool ends(time_point now) const { return closed_at_ && now >= *closed_at_ + rest_in; }
    // What is left is not waited for.
    bool over(time_point now) const { return closed_at_ && now >= *until_; }

  private:
    static constexpr std::chrono::seconds rest_in{1};

    std::chrono::milliseconds timeout_;
    std::optional<time_point> until_, closed_at_;
};

}  // namespace tidings::broadcaster
