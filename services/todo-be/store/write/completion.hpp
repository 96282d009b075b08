// The continuation of a coroutine that waits for an event without its own timer or socket. Move-only.
#pragma once

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

namespace tidings::todo_be {

class completion {
  public:
    template <class Handler>
    explicit completion(Handler handler) : held_(std::make_unique<held<Handler>>(std::move(handler))) {}

    // Resumes the coroutine from the event loop, never from within this call. Call once.
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
