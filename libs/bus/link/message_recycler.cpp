#include "bus/link/message_recycler.hpp"

#include <nats/nats.h>

namespace tidings::bus {

message_recycler& message_recycler::of_this_thread() {
    thread_local message_recycler instance;
    return instance;
}

// natsMsg_Destroy needs an initialised library, even in a thread that has only created messages.
message_recycler::message_recycler() { nats_Open(-1); }

message_recycler::~message_recycler() { free_batch(); }

void message_recycler::recycle(natsMsg* m) {
    --in_use_;
    batch_[size_++] = m;
    if (size_ == batch_.size()) free_batch();
}

bool message_recycler::free_batch() {
    for (std::size_t i = 0; i < size_; ++i)
        natsMsg_Destroy(batch_[i]);
    size_ = 0;
    return in_use_ > 0;
}

}  // namespace tidings::bus
