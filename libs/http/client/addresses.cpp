#include "http/client/addresses.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace tidings::http::client {

using boost::system::error_code;

addresses::addresses(const runtime::executor& ex, std::string host, std::uint16_t port)
    : ex_(ex), resolver_(ex), host_(std::move(host)), port_(port) {
    error_code no_address;
    const auto address = runtime::asio::ip::make_address(host_, no_address);
    literal_ = !no_address;
    if (literal_) known_ = std::make_shared<const std::vector<tcp::endpoint>>(1, tcp::endpoint(address, port_));
}

void addresses::get(on_found found) {
    if (literal_) return answer(std::move(found));
    const auto age = std::chrono::steady_clock::now() - known_since_;
    const bool wait = known_->empty() || age > usable;
    if (wait || age > fresh) look_up();
    // Asio resolves names one at a time: while another host's name server does not answer, it is better to keep using
    // the known addresses.
    wait ? waiting_.push_back(std::move(found)) : answer(std::move(found));
}

void addresses::answer(on_found found) {
    runtime::asio::post(ex_, [self = shared_from_this(), known = known_, found = std::move(found)] {
        if (!self->cancelled_) found({}, known);
    });
}

void addresses::look_up() {
    if (looking_) return;
    looking_ = true;
    resolver_.async_resolve(host_, std::to_string(port_), tcp::resolver::numeric_service,
                            [weak = weak_from_this()](const error_code& failure, const auto& found) {
                                if (const auto self = weak.lock()) self->looked_up(failure, found);
                            });
}

void addresses::looked_up(const error_code& failure, const tcp::resolver::results_type& found) {
    looking_ = false;
    if (cancelled_) return;
    if (!failure) learn({found.begin(), found.end()});
    const auto list = failure ? std::make_shared<const std::vector<tcp::endpoint>>() : known_;
    for (const auto& waiter : std::exchange(waiting_, {}))
        waiter(failure, list);
}

void addresses::learn(std::vector<tcp::endpoint> found) {
    known_ = std::make_shared<const std::vector<tcp::endpoint>>(std::move(found));
    known_since_ = std::chrono::steady_clock::now();
}

void addresses::forget() {
    if (!literal_) known_ = std::make_shared<const std::vector<tcp::endpoint>>();
}

void addresses::cancel() {
    cancelled_ = true;
    waiting_.clear();
    resolver_.cancel();
}

}  // namespace tidings::http::client
