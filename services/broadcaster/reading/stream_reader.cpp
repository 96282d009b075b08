#include "reading/stream_reader.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>
#include <utility>

#include "events/subjects.hpp"
#include "ids/uuid.hpp"
#include "runtime/backoff.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto first_deadline = 2s, longest_deadline = 30s;
constexpr auto pull_expires = 3s;

}  // namespace

class stream_reader::impl : public std::enable_shared_from_this<impl> {
  public:
    impl(runtime::asio::io_context& ctx, bus::connection& c, options o, handlers h)
        : ctx_(ctx), bus_(c), o_(std::move(o)), h_(std::move(h)), next_(o_.from), changed_(ctx.get_executor()) {}

    void start();
    void stop();
    void resume();
    std::uint64_t next() const { return next_; }
    const std::string& trouble() const { return trouble_; }

  private:
    static runtime::task<> run(std::shared_ptr<impl> self);
    runtime::task<bool> make_consumer();
    bool check(const bus::stream_info& info);
    void open(const bus::consumer_info& made, std::uint64_t last_seq);
    bool fail(const boost::system::error_code& e);
    void drop_consumer();
    void doubt();
    void arrived(bus::delivery d);
    void hand_over();
    void ask();

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    options o_;
    handlers h_;
    std::uint64_t next_;
    runtime::wakeup changed_;
    runtime::backoff pause_{50ms, 2s};
    std::chrono::milliseconds deadline_ = first_deadline;
    std::string name_;  // of the consumer that is there, or being made
    std::unique_ptr<bus::pull_consumer> consumer_;
    std::uint64_t next_delivery_ = 1;
    std::deque<bus::delivery> waiting_;  // arrived, and there was no room for them
    std::string trouble_ = "not read yet";
    bool in_doubt_ = true;
    bool handing_over_ = false;
    bool stopped_ = false;
};

void stream_reader::impl::start() {
    const std::weak_ptr<impl> weak = weak_from_this();
    bus_.on_connected(weak, [weak] {
        if (const auto self = weak.lock()) self->doubt();
    });
    runtime::asio::co_spawn(ctx_, run(shared_from_this()), runtime::asio::detached);
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
    if (e == bus::errc::timeout) {
        deadline_ = std::min<std::chrono::milliseconds>(deadline_ * 2, longest_deadline);
    } else {
        name_.clear();
    }
    trouble_ = e == bus::errc::not_found ? "stream " + o_.stream + " does not exist"
               : e == bus::errc::refused ? bus_.last_error()
                                         : e.message();
    return false;
}

// False: there is nothing more to do here.
bool stream_reader::impl::check(const bus::stream_info& info) {
    if (info.created != o_.created || info.last_seq + 1 < next_) {
        stopped_ = true;
        h_.on_new_stream(info);
        return false;
    }
    const auto first = std::max(info.first_seq, info.messages == 0 ? info.last_seq + 1 : 0);
    if (next_ >= first) return true;
    const auto from = std::exchange(next_, first);
    h_.on_gone(from, first);
    return !stopped_;
}

// An answer that came too late has made the consumer all the same: the same name is tried again.
runtime::task<bool> stream_reader::impl::make_consumer() {
    drop_consumer();
    waiting_.clear();
    in_doubt_ = false;  // a doubt that comes meanwhile counts
    const auto failed = [this](const boost::system::error_code& e) {
        in_doubt_ = true;
        return fail(e);
    };
    bus::jetstream js(bus_, deadline_);
    const auto info = co_await js.stream(o_.stream);
    if (stopped_) co_return false;
    if (!info) co_return failed(info.error());
    if (!check(*info)) co_return false;
    if (name_.empty()) name_ = std::string(events::worker_group) + "_reader_" + ids::uuid::v7().str();
    const auto made = co_await js.make_reader({.stream = o_.stream, .name = name_, .start_sequence = next_});
    if (stopped_) co_return false;
    if (in_doubt_) co_return true;  // the link was lost meanwhile: once more
    if (!made) co_return failed(made.error());
    deadline_ = first_deadline;
    if (made->config.start_sequence != std::max<std::uint64_t>(next_, 1)) {
        name_.clear();  // made by an earlier try, and things have moved since
        co_return failed(make_error_code(bus::errc::already_exists));
    }
    open(*made, info->last_seq);
    co_return true;
}

void stream_reader::impl::open(const bus::consumer_info& made, std::uint64_t last_seq) {
    trouble_.clear();
    next_delivery_ = 1;
    const std::weak_ptr<impl> weak = weak_from_this();
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
        [weak] {
            if (const auto self = weak.lock()) self->doubt();
        });
    if (made.pending == 0 && last_seq + 1 > next_) next_ = last_seq + 1;
    if (made.pending == 0) h_.on_passed(next_);
    if (!stopped_) ask();
}

void stream_reader::impl::doubt() {
    if (stopped_) return;
    in_doubt_ = true;
    name_.clear();
    changed_.notify();
}

void stream_reader::impl::arrived(bus::delivery d) {
    if (in_doubt_ || stopped_) return;
    if (d.consumer_sequence != next_delivery_) return doubt();
    ++next_delivery_;
    waiting_.push_back(std::move(d));
    hand_over();
}

void stream_reader::impl::resume() { hand_over(); }

void stream_reader::impl::hand_over() {
    if (handing_over_) return;
    const auto self = shared_from_this();  // a handler may destroy the reader
    handing_over_ = true;
    while (!stopped_ && !in_doubt_ && !waiting_.empty()) {
        const auto sequence = waiting_.front().stream_sequence;
        if (!h_.on_message(waiting_.front())) break;
        next_ = std::max(next_, sequence + 1);
        waiting_.pop_front();
    }
    handing_over_ = false;
    ask();
}

void stream_reader::impl::ask() {
    if (stopped_ || in_doubt_ || !consumer_) return;
    const auto room = std::min(h_.room(), o_.batch);
    consumer_->set_capacity(room > waiting_.size() ? room - waiting_.size() : 0);
}

stream_reader::stream_reader(runtime::asio::io_context& ctx, bus::connection& c, options o, handlers h)
    : impl_(std::make_shared<impl>(ctx, c, std::move(o), std::move(h))) {
    impl_->start();
}

stream_reader::~stream_reader() { impl_->stop(); }

void stream_reader::resume() { impl_->resume(); }
std::uint64_t stream_reader::next() const { return impl_->next(); }
const std::string& stream_reader::trouble() const { return impl_->trouble(); }

}  // namespace tidings::broadcaster
