#include "bus/graveyard.hpp"

#include <nats/nats.h>

#include <array>

namespace tidings::bus {

namespace {

class graveyard {
  public:
    ~graveyard() { empty(); }

    void add(natsMsg* m) {
        dead_[count_++] = m;
        if (count_ == dead_.size()) empty();
    }

    std::size_t empty() {
        const std::size_t freed = count_;
        for (std::size_t i = 0; i < freed; ++i) natsMsg_Destroy(dead_[i]);
        count_ = 0;
        return freed;
    }

  private:
    std::array<natsMsg*, 256> dead_{};
    std::size_t count_ = 0;
};

// One per thread: messages live on one event loop's thread, and need no lock then.
thread_local graveyard here;

}  // namespace

void bury(natsMsg* m) { here.add(m); }

std::size_t empty_graveyard() { return here.empty(); }

}  // namespace tidings::bus
