#include "pg/deadline_watch.hpp"

#include <algorithm>
#include <utility>

namespace tidings::pg {

namespace {
// A timer left behind by an ended query keeps io_context::run() from returning for at most this long.
constexpr std::chrono::milliseconds look_interval{250};
}  // namespace

deadline_watch::deadline_watch(const runtime::executor& ex, std::function<void()> on_expiry)
    : timer_(ex), on_expiry_(std::move(on_expiry)) {}

void deadline_watch::start(runtime::time_point until) {
    until_ = until;
    expired_ = false;
    watching_ = true;
    look_again_at(std::min(until, std::chrono::steady_clock::now() + look_interval));
}

void deadline_watch::abandon() {
    watching_ = false;
    on_expiry_ = nullptr;
    timer_.cancel();
}

void deadline_watch::look() {
    pending_ = false;
    if (!watching_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < until_) return look_again_at(std::min(until_, now + look_interval));
    watching_ = false;
    expired_ = true;
    on_expiry_();
}

void deadline_watch::look_again_at(runtime::time_point at) {
    if (pending_ && timer_.expiry() <= at) return;
    pending_ = true;
    timer_.expires_at(at);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code aborted) {
        if (aborted) return;
        if (const auto self = weak.lock()) self->look();
    });
}

}  // namespace tidings::pg
