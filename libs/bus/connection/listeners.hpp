// Callbacks for one event of a connection.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace tidings::bus {

class listeners {
  public:
    // With `while_alive` the listener ends with that object, without it with this list.
    void add(std::function<void()> call);
    void add(std::weak_ptr<void> while_alive, std::function<void()> call);
    // A listener may add others, or clear the list.
    void notify();
    void clear() { all_.clear(); }

  private:
    struct listener {
        bool bound = false;  // to while_alive
        std::weak_ptr<void> while_alive;
        std::function<void()> call;
    };

    void drop_ended();

    std::vector<listener> all_;
    bool notifying_ = false;
};

}  // namespace tidings::bus
