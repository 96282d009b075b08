#include "bus/link/message_recycler.hpp"

#include <nats/nats.h>
#include <nats/version.h>

#include <cstdint>

namespace tidings::bus {

namespace {

constexpr std::size_t large = 16 * 1024;

}  // namespace

std::size_t block_size([[maybe_unused]] natsMsg* m) {
#if NATS_VERSION_NUMBER >= 0x030400 && NATS_VERSION_NUMBER < 0x030b00
    const auto begin = reinterpret_cast<std::uintptr_t>(natsMsg_GetSubject(m));
    const auto data = reinterpret_cast<std::uintptr_t>(natsMsg_GetData(m));
    if (begin != 0 && data > begin) return data - begin + static_cast<std::size_t>(natsMsg_GetDataLength(m));
#endif
    return 0;
}

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
    if (size_ == batch_.size() || natsMsg_GetDataLength(m) > static_cast<int>(large) || block_size(m) > large)
        free_batch();
}

bool message_recycler::free_batch() {
    for (std::size_t i = 0; i < size_; ++i)
        natsMsg_Destroy(batch_[i]);
    size_ = 0;
    return in_use_ > 0;
}

}  // namespace tidings::bus
