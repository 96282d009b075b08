// How many connections all pools of a loop have open. Those that are idle cost a descriptor each, and make room for
// others: origins that are sent to once in a while must not take the descriptors of the process.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

namespace tidings::http::client {

class connection_room {
  public:
    // `make`: is to close idle ones.
    connection_room(std::size_t most, std::function<void()> make) : most_(most), make_(std::move(make)) {}

    // One is to be opened. What is in use is the callers' business: it is never refused.
    void open() {
        if (open_ >= most_) make_();
        ++open_;
    }
    void closed() { --open_; }
    // No descriptor was left.
    void make() const { make_(); }

    std::size_t most() const { return most_; }

  private:
    std::size_t most_;
    std::function<void()> make_;
    std::size_t open_ = 0;
};

}  // namespace tidings::http::client
