// Lets so many bytes at a time through to a stream, or one message: what is written is copied into the connection's
// buffer, once for each endpoint. Who waits is let in in the order in which they came.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>

namespace tidings::broadcaster {

class write_gate {
  public:
    static constexpr std::size_t most = 4 * 1024 * 1024;

    // Kept until the write is over.
    using pass = std::shared_ptr<void>;

    // Calls `go` now or when its turn comes, unless `alive` has expired by then.
    void enter(std::size_t bytes, std::weak_ptr<void> alive, std::function<void(pass)> go);
    std::size_t waiting() const { return state_->waiting.size(); }

  private:
    struct writer {
        std::size_t bytes;
        std::weak_ptr<void> alive;
        std::function<void(pass)> go;
    };
    struct state {
        std::size_t under_way = 0;
        std::deque<writer> waiting;
        bool admitting = false;
    };
    static void admit(const std::shared_ptr<state>& s);

    std::shared_ptr<state> state_ = std::make_shared<state>();
};

}  // namespace tidings::broadcaster
