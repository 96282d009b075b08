#include "bus/connection/link_keeper.hpp"

#include "runtime/backoff.hpp"

namespace tidings::bus {

namespace {

using runtime::now;

}  // namespace

link_keeper::link_keeper(runtime::asio::io_context& ctx, dial_options options, redial policy,
                         std::function<void(const connection_news&)> on_news)
    : ctx_(ctx),
      options_(std::move(options)),
      policy_(std::move(policy)),
      on_news_(std::move(on_news)),
      gate_(std::make_shared<loop_gate>(ctx)),
      work_(ctx.get_executor()),
      pause_(ctx),
      patience_(ctx) {}

void link_keeper::start(link_user& user) {
    user_ = &user;
    dial_now();
    await_patience();
}

void link_keeper::shut() {
    user_ = nullptr;
    on_news_ = nullptr;
    gate_->shut();
    pause_.cancel();
    patience_.cancel();
    work_.reset();
    if (link_) std::exchange(link_, nullptr)->close();
}

void link_keeper::dial_now() {
    dial(gate_, options_, policy_.order(runtime::random_unit()), policy_.tls(),
         [weak = weak_from_this()](dial_result r) {
             const auto self = weak.lock();
             if (self && self->user_) self->adopt(std::move(r));
         });
}

void link_keeper::await_patience() {
    patience_.expires_after(redial::patience);
    patience_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (self && !failure) self->report(self->policy_.patience_over(now()));
    });
}

void link_keeper::adopt(dial_result r) {
    patience_.cancel();
    if (!r.link) {
        user_->dial_failed(r.error);
        return dial_after(policy_.failed(now(), r.error, runtime::random_unit()));
    }
    link_ = r.link.adopt();
    link_->start(ctx_, *this);
    if (!user_->link_adopted(link_->nats())) return lost();
    up_ = true;
    report(policy_.connected(now(), link_->discovered_servers()));
    if (user_) user_->link_up();
}

void link_keeper::dial_after(const redial::next_dial& next) {
    pause_.expires_after(next.pause);
    pause_.async_wait([weak = weak_from_this()](boost::system::error_code failure) {
        const auto self = weak.lock();
        if (self && self->user_ && !failure) self->dial_now();
    });
    report(next.news);
}

void link_keeper::hurry() {
    if (!user_ || link_) return;
    policy_.may_succeed();
    if (pause_.cancel() > 0) dial_now();
}

void link_keeper::report(redial::news n) {
    // A copy: it may shut us down.
    const auto on_news = on_news_;
    if (!n || !on_news) return;
    for (const auto& server : link_ ? std::vector{link_->url()} : policy_.servers())
        n->where.append(n->where.empty() ? "" : ", ").append(place_of(server));
    on_news(*n);
}

void link_keeper::received() {
    const auto self = shared_from_this();
    if (user_) user_->link_received();
}

void link_keeper::lost() {
    const auto self = shared_from_this();
    const auto error = link_->error();
    const std::string reason = error.empty() ? "the connection was lost" : error;
    // Not earlier: a cluster announces its members whenever they change.
    auto discovered = link_->discovered_servers();
    close(reason, policy_.lost(now(), reason, std::move(discovered), runtime::random_unit()));
}

void link_keeper::leave(const std::string& why) {
    const auto self = shared_from_this();
    if (!link_ || !user_ || !policy_.has_choice()) return;
    const auto url = link_->url();
    const auto reason = place_of(url) + " is left: " + why;
    close(reason, policy_.left(now(), url, reason, link_->discovered_servers(), runtime::random_unit()));
}

void link_keeper::close(const std::string& reason, const redial::next_dial& next) {
    user_->link_closing(reason);
    std::exchange(link_, nullptr)->close();
    const bool was_up = std::exchange(up_, false);
    dial_after(next);
    if (was_up && user_) user_->link_down();
}

}  // namespace tidings::bus
