#include "reading/stream_reader_impl.hpp"

#include <algorithm>
#include <utility>

#include "events/subjects.hpp"
#include "ids/uuid.hpp"
#include "reading/fetch_message.hpp"
#include "runtime/spawn.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto deadline = 2s;
constexpr auto pull_expires = 3s;
constexpr auto unseen_period = 1s;   // between two looks for a message that was dropped
constexpr auto lacking_for = 250ms;  // a server that lags gets time

}  // namespace

void stream_reader::impl::start() {
    const std::weak_ptr<impl> weak = weak_from_this();
    bus_.on_connected(weak, [weak] {
        if (const auto self = weak.lock()) self->doubt();
    });
    bus_.on_dropped(weak, [weak] {
        if (const auto self = weak.lock()) self->dropped();
    });
    runtime::spawn(ctx_.get_executor(), run(shared_from_this()));
}

void stream_reader::impl::stop() {
    stopped_ = true;
    drop_consumer();
    changed_.notify();
}

// The server would forget it by itself some time later.
void stream_reader::impl::drop_consumer() {
    if (consumer_) bus_.publish("$JS.API.CONSUMER.DELETE." + o_.stream + "." + name_, "");
    consumer_.reset();
}

runtime::task<> stream_reader::impl::run(std::shared_ptr<impl> self) {
    while (!self->stopped_) {
        if (!self->in_doubt_) {
            co_await self->changed_.wait(1h);
        } else if (co_await self->make_consumer()) {
            self->pause_.reset();
        } else if (!self->stopped_) {
            co_await self->changed_.wait(self->pause_.next());
        }
    }
}

bool stream_reader::impl::fail(const boost::system::error_code& e) {
    if (e == bus::errc::timeout) pause_.reset();  // that was pause enough
    trouble_ = e == bus::errc::not_found ? "stream " + o_.stream + " does not exist" : bus_.why(e);
    return false;
}

// False: there is nothing more to do here, or not now.
bool stream_reader::impl::check(const bus::stream_info& info) {
    const auto found = check_.look(info, o_.known_to, runtime::now());
    if (found == stream_check::verdict::ends_too_early) trouble_ = "stream " + o_.stream + " ends before what was read";
    if (found == stream_check::verdict::made_anew) {
        stopped_ = true;
        h_.on_new_stream(info);
    }
    if (found != stream_check::verdict::same) return false;
    o_.known_to = std::max(o_.known_to, std::min(next_, info.last_seq + 1));
    const auto first = stream_check::first_of(info);
    if (next_ < first) h_.on_gone(std::exchange(next_, first), first);
    return !stopped_;
}

// A consumer whose creation is not answered may have been given to a server that hangs or is down: the next one has
// another name, and goes to another server perhaps.
runtime::task<bool> stream_reader::impl::make_consumer() {
    drop_consumer();
    waiting_.clear();
    in_doubt_ = false;  // a doubt that comes meanwhile counts
    const auto failed = [this](const boost::system::error_code& e) {
        in_doubt_ = true;
        return fail(e);
    };
    bus::jetstream js(bus_, deadline);
    const auto info = co_await js.stream(o_.stream);
    if (stopped_) co_return false;
    if (!info) co_return failed(info.error());
    if (!check(*info)) {
        in_doubt_ = true;
        co_return false;
    }
    const auto from = std::exchange(unseen_, false) ? co_await take_unseen() : next_;
    if (stopped_) co_return false;
    name_ = std::string(events::worker_group) + "_reader_" + ids::uuid::v7().str();
    const auto made = co_await make_reader(js, {.stream = o_.stream, .name = name_, .start_sequence = from}, *info);
    if (stopped_) co_return false;
    if (in_doubt_) co_return true;  // the link was lost meanwhile: once more
    if (!made) co_return failed(made.error());
    open(*made);
    co_return true;
}

void stream_reader::impl::open(const reader_made& made) {
    trouble_.clear();
    next_delivery_ = 1;
    const std::weak_ptr<impl> weak = weak_from_this();
    const auto doubt_it = [weak] {
        if (const auto self = weak.lock()) self->doubt();
    };
    consumer_ = std::make_unique<bus::pull_consumer>(
        bus_, ctx_,
        bus::pull_consumer::options{.stream = o_.stream,
                                    .durable = name_,
                                    .expires = pull_expires,
                                    .batch = o_.batch,
                                    .max_bytes = o_.batch_bytes},
        [weak](bus::delivery d) {
            if (const auto self = weak.lock()) self->arrived(std::move(d));
        },
        doubt_it, doubt_it);
    waiting_.expect(made.next);
    if (waiting_.size() > 0) return hand_over();
    next_ = made.next;
    if (made.all_read) h_.on_passed(next_);
    if (!stopped_) ask();
}

void stream_reader::impl::doubt() {
    if (stopped_) return;
    in_doubt_ = true;
    changed_.notify();
}

void stream_reader::impl::arrived(bus::delivery d) {
    if (in_doubt_ || stopped_) return;
    if (d.consumer_sequence != next_delivery_) {
        unseen_ = true;
        return doubt();
    }
    ++next_delivery_;
    if (const auto at = waiting_.add(std::move(d), runtime::now()))
        runtime::spawn(ctx_.get_executor(), look(shared_from_this(), *at));
    hand_over();
}

// Takes the message at next_ by itself. Returns where a consumer goes on.
runtime::task<std::uint64_t> stream_reader::impl::take_unseen() {
    auto found = co_await fetch_message(bus_, o_.stream, next_, deadline);
    if (!found) co_return next_;
    const auto sequence = found->stream_sequence;
    waiting_.expect(sequence);
    waiting_.add(std::move(*found), runtime::now());
    co_return sequence + 1;
}

// It may have been the last of the stream: then no gap shows it.
void stream_reader::impl::dropped() {
    if (stopped_ || in_doubt_ || std::exchange(looking_for_dropped_, true)) return;
    runtime::spawn(ctx_.get_executor(), look_for_dropped(shared_from_this()));
}

runtime::task<> stream_reader::impl::look_for_dropped(std::shared_ptr<impl> self) {
    do {
        co_await runtime::sleep_for(unseen_period);
    } while (!self->stopped_ && !self->in_doubt_ && self->waiting_.size() > 0);
    self->looking_for_dropped_ = false;
    if (self->stopped_ || self->in_doubt_) co_return;
    const auto next = self->next_;
    const auto found = co_await fetch_message(self->bus_, self->o_.stream, next, deadline);
    const bool same_place = self->next_ == next && self->waiting_.size() == 0 && !self->in_doubt_;
    if (!found || self->stopped_ || !same_place || !found->msg.payload().empty()) co_return;
    self->unseen_ = true;
    self->doubt();
}

runtime::task<> stream_reader::impl::look(std::shared_ptr<impl> self, runtime::time_point at) {
    for (std::optional<runtime::time_point> next = at; next;) {
        if (const auto wait = *next - runtime::now(); wait > 0ms) co_await runtime::sleep_for(wait);
        if (self->stopped_) co_return;
        self->waiting_.begin_look(runtime::now());
        const auto info = co_await bus::jetstream(self->bus_, deadline).stream(self->o_.stream);
        if (self->stopped_) co_return;
        if (!info) {
            self->waiting_.gave_up();
            co_return self->doubt();
        }
        next = self->waiting_.looked(stream_check::first_of(*info), stream_check::complete_to(*info));
        if (self->waiting_.lacking()) co_return co_await self->leave_lagging_server();
        self->hand_over();
    }
}

// The consumer is at a server whose copy of the stream lacks messages; the next one may be at another.
runtime::task<> stream_reader::impl::leave_lagging_server() {
    trouble_ = "a server lacks messages of stream " + o_.stream;
    co_await runtime::sleep_for(lacking_for);
    doubt();
}

void stream_reader::impl::hand_over() {
    if (handing_over_) return;
    const auto self = shared_from_this();  // a handler may destroy the reader
    handing_over_ = true;
    while (!stopped_ && !in_doubt_ && hand_over_front()) {
    }
    handing_over_ = false;
    ask();
}

bool stream_reader::impl::hand_over_front() {
    auto* const d = waiting_.front();
    if (!d) return false;
    if (const auto gap = waiting_.take_gap()) {
        next_ = gap->next;
        h_.on_gone(gap->first, gap->next);
        return true;
    }
    const auto sequence = d->stream_sequence;
    if (!h_.on_message(*d)) return false;
    next_ = std::max(next_, sequence + 1);
    o_.known_to = std::max(o_.known_to, sequence + 1);
    waiting_.pop();
    return true;
}

void stream_reader::impl::ask() {
    if (stopped_ || in_doubt_ || !consumer_) return;
    const auto room = waiting_.bytes() > o_.batch_bytes ? 0 : std::min(h_.room(), o_.batch);
    consumer_->set_capacity(room > waiting_.size() ? room - waiting_.size() : 0);
}

stream_reader::stream_reader(runtime::asio::io_context& ctx, bus::connection& c, options o, handlers h)
    : impl_(std::make_shared<impl>(ctx, c, std::move(o), std::move(h))) {
    impl_->start();
}

stream_reader::~stream_reader() { impl_->stop(); }

void stream_reader::resume() { impl_->resume(); }
const std::string& stream_reader::trouble() const { return impl_->trouble(); }

}  // namespace tidings::broadcaster
