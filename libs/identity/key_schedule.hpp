// When the keys of an issuer are fetched, and how long they count. Pure: the time is told, nothing is done.
#pragma once

#include <chrono>
#include <optional>

#include "runtime/backoff.hpp"
#include "runtime/task.hpp"

namespace tidings::identity {

struct key_times {
    runtime::duration shortest = std::chrono::minutes(1);  // between two fetches, if all goes well
    runtime::duration longest = std::chrono::hours(1);
    runtime::duration unknown = std::chrono::minutes(1);              // between two fetches for a key that is not there
    runtime::duration kept = std::chrono::hours(24);                  // that keys count without news of the issuer
    std::chrono::milliseconds retry_first = std::chrono::seconds(1);  // after a failure, growing
    std::chrono::milliseconds retry_last = std::chrono::seconds(30);
};

class key_schedule {
  public:
    // The first fetch is due now.
    key_schedule(const key_times& times, runtime::time_point now);

    // When to begin the next fetch. Pre: none is under way.
    runtime::time_point due() const { return due_; }
    void began() { under_way_ = true; }
    // `fresh`: how long the answer says that it is fresh; the next fetch is due then, between `shortest` and `longest`.
    void succeeded(std::optional<std::chrono::seconds> fresh, runtime::time_point now);
    void failed(runtime::time_point now);

    // A token needs a key that is not there. True: wait for the end of the fetch that is under way or due now. False:
    // there was one for this reason a short time ago.
    bool ask(runtime::time_point now);

    // The first fetch, or one that was asked for, is under way or due.
    bool under_way() const { return under_way_; }
    // There are keys, and they still count.
    bool usable(runtime::time_point now) const { return succeeded_ && now - *succeeded_ < times_.kept; }
    // The last fetch failed: there may be keys that are not known here.
    bool out_of_touch() const { return retry_.failures() > 0; }

  private:
    key_times times_;
    runtime::backoff retry_;
    runtime::time_point due_;
    std::optional<runtime::time_point> succeeded_;
    std::optional<runtime::time_point> asked_;
    bool under_way_ = false;
};

}  // namespace tidings::identity
