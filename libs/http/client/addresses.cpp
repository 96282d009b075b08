#include "http/client/addresses.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace tidings::http::client {

namespace asio = runtime::asio;
using boost::system::error_code;

addresses::addresses(const runtime::executor& ex, std::string host, std::uint16_t port)
    : ex_(ex), host_(std::move(host)), port_(port), patience_over_(ex) {
    error_code no_address;
    const auto address = asio::ip::make_address(host_, no_address);
    if (!no_address) known_ = known_addresses(tcp::endpoint(address, port_));
}

void addresses::get(on_found found) {
    using enum known_addresses::worth;
    const auto now = runtime::now();
    const auto worth = known_.at(now);
    if (worth == none)
        look_up();
    else
        keep_fresh(now);
    if (worth == good || (worth == doubtful && !known_.looking())) return answer(std::move(found));
    if (worth == doubtful && waiting_.empty()) give_up_waiting();
    wait(std::move(found));
}

void addresses::wait(on_found found) {
    waiting_.push_back(std::move(found));
    if (!work_) work_.emplace(ex_);
}

// After a while, and if there is something to go on with.
void addresses::give_up_waiting() {
    patience_over_.expires_after(patience);
    patience_over_.async_wait([weak = weak_from_this()](const error_code& failure) {
        const auto self = weak.lock();
        if (!self || failure || self->known_.at(runtime::now()) == known_addresses::worth::none) return;
        self->answer_waiting({}, self->known_.get());
    });
}

void addresses::answer(on_found found) {
    asio::post(ex_, [self = shared_from_this(), known = known_.get(), found = std::move(found)] {
        if (!self->cancelled_) found({}, known);
    });
}

void addresses::look_up() {
    if (known_.looking()) return;
    known_.begin();
    auto& lookups = asio::use_service<name_lookups>(ex_.context());
    lookups.start(host_, known_.history(), weak_from_this(), [this](const lookup_result& r) { return looked_up(r); });
}

// Returns whether the host has moved.
bool addresses::looked_up(const lookup_result& r) {
    if (cancelled_) return false;
    const auto now = runtime::now();
    if (r.failure) {
        known_.failed(r.slow, now);
        const bool usable = known_.at(now) != known_addresses::worth::none;
        answer_waiting(usable ? error_code{} : r.failure,
                       usable ? known_.get() : std::make_shared<const std::vector<tcp::endpoint>>());
        return false;
    }
    std::vector<tcp::endpoint> found;
    for (const auto& address : r.addresses)
        found.emplace_back(address, port_);
    const bool moved = known_.differ_from(found);
    learn(std::move(found), r.slow);
    answer_waiting({}, known_.get());
    return moved;
}

void addresses::answer_waiting(const error_code& failure, const list& found) {
    patience_over_.cancel();
    const auto work = std::exchange(work_, std::nullopt);
    for (const auto& waiter : std::exchange(waiting_, {})) {
        if (!cancelled_) waiter(failure, found);  // one before it may have ended all
    }
}

void addresses::learn(std::vector<tcp::endpoint> found) { learn(std::move(found), false); }

void addresses::learn(std::vector<tcp::endpoint> found, bool slow) {
    known_.found(std::move(found), slow, runtime::now());
    if (news_) news_(known_.get());
}

void addresses::cancel() {
    cancelled_ = true;
    news_ = nullptr;
    waiting_.clear();
    work_.reset();
    patience_over_.cancel();
}

}  // namespace tidings::http::client
