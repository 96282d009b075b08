#include "bus/link/graveyard.hpp"

#include <nats/nats.h>

#include <array>
#include <cstddef>

namespace tidings::bus {

namespace {

class graveyard {
  public:
    ~graveyard() { empty(); }

    void expect() { ++alive_; }

    void add(natsMsg* m) {
        --alive_;
        dead_[count_++] = m;
        if (count_ == dead_.size()) empty();
    }

    bool empty() {
        for (std::size_t i = 0; i < count_; ++i)
            natsMsg_Destroy(dead_[i]);
        count_ = 0;
        return alive_ > 0;
    }

  private:
    std::array<natsMsg*, 256> dead_{};
    std::size_t count_ = 0;
    std::size_t alive_ = 0;
};

// One per thread: messages live on one event loop's thread, and need no lock then.
thread_local graveyard here;

}  // namespace

void expect_burial() { here.expect(); }

void bury(natsMsg* m) { here.add(m); }

bool empty_graveyard() { return here.empty(); }

}  // namespace tidings::bus
