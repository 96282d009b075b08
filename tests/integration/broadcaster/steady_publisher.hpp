// Events that are published all the time.
#pragma once

#include <atomic>
#include <thread>

#include "suite.hpp"

namespace tidings::support {

// Publishes "k-1", "k-2" ... until it ends: the only publisher, so that "k-<n>" is message n of TODOS.
class steady_publisher {
  public:
    explicit steady_publisher(const std::string& url)
        : work_([this, url] {
              bus_client bus(url);
              while (!stop_) {
                  bus.publish("k", last_ + 1, last_ + 1);
                  ++last_;
              }
          }) {}
    ~steady_publisher() { stop(); }

    std::uint64_t last() const { return static_cast<std::uint64_t>(last_.load()); }
    // Waits until `n` more are stored.
    void more(int n) const {
        const auto until = last_ + n;
        while (last_ < until)
            std::this_thread::yield();
    }
    std::uint64_t stop() {
        stop_ = true;
        if (work_.joinable()) work_.join();
        return last();
    }

  private:
    std::atomic<int> last_{0};
    std::atomic<bool> stop_{false};
    std::thread work_;
};

}  // namespace tidings::support
