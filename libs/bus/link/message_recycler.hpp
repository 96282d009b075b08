// Frees cnats' messages in batches: each natsMsg_Destroy by itself may wake the library's collector thread.
//
// One recycler per thread, since messages live on the thread of one event loop: no lock.
#pragma once

#include <array>
#include <cstddef>

struct __natsMsg;

namespace tidings::bus {

// Of a received message: subject, reply, headers and payload lie in one block. Without the headers when they were added
// here; 0 with a version of cnats whose messages are not known to be such a block.
std::size_t block_size(__natsMsg* m);

class message_recycler {
  public:
    static message_recycler& of_this_thread();
    ~message_recycler();

    // A message was received or created on this thread and will be passed to recycle().
    void in_use() { ++in_use_; }
    // Takes ownership; frees the batch when it is full.
    void recycle(__natsMsg* m);
    // For an idle moment: frees what was recycled so far. True while messages are still in use.
    bool free_batch();

  private:
    message_recycler();

    std::array<__natsMsg*, 256> batch_{};
    std::size_t size_ = 0;
    std::size_t in_use_ = 0;
};

}  // namespace tidings::bus
