// The continuation of a coroutine that waits for something without a timer or socket of its own. Move-only.
#pragma once

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

namespace tidings::todo_be {

class completion {
  public:
    template <class Handler>
    explicit completion(Handler handler) : held_(std::make_unique<held<Handler>>(std::move(handler))) {}

    // Lets the coroutine go on from the event loop, never from within this call. Once.
    void post() { held_->post(); }

  private:
    struct base {
        virtual ~base() = default;
        virtual void post() = 0;
    };
    template <class Handler>
    struct held final : base {
        explicit held(Handler h) : handler(std::move(h)) {}
        void post() override { boost::asio::post(std::move(handler)); }
        Handler handler;
    };
    std::unique_ptr<base> held_;
};

}  // namespace tidings::todo_be
