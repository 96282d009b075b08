#include "http/client/origin_connection.hpp"

#include <boost/asio/ssl/error.hpp>
#include <cassert>
#include <cstring>
#include <utility>

#include "http/client/address_policy.hpp"
#include "http/client/origin_pool.hpp"

namespace tidings::http {

namespace {

constexpr std::size_t first_buffer = 2'048;

}  // namespace

origin_connection::origin_connection(origin_pool& pool, std::size_t response_limit, header_list* headers)
    : pool_(&pool), response_(response_limit, headers) {}

void origin_connection::start(exchange e) {
    exchange_ = std::move(e);
    if (stage_ == stage::fresh) return open();
    assert(stage_ == stage::idle);
    // The read that watches the idle connection is pending already, or follows when was_read() returns.
    ask();
}

void origin_connection::open() {
    stage_ = stage::resolving;
    pool_->addresses().get([self = shared_from_this()](const error_code& failure, const auto& found) {
        if (!self->closed()) self->resolved(failure, found);
    });
}

void origin_connection::resolved(const error_code& failure, const origin_addresses::list& found) {
    if (failure) return fail(transport_error::resolve_failed, failure.message());
    stage_ = stage::connecting;
    addresses_ = found;
    try_next_address();
}

void origin_connection::try_next_address() {
    while (next_address_ < addresses_->size()) {
        const auto& where = (*addresses_)[next_address_++];
        if (!pool_->may_connect_to(where.address())) {
            refused_ = true;
            continue;
        }
        // An address that swallows everything must leave time for those behind it.
        const auto now = std::chrono::steady_clock::now();
        const auto left = static_cast<int>(addresses_->size() - next_address_);
        address_deadline_ = left == 0 ? runtime::time_point::max() : now + (exchange_.deadline - now) / (left + 1);
        return connect_to(where);
    }
    no_address_worked();
}

void origin_connection::no_address_worked() {
    pool_->addresses().forget();
    if (last_failure_) return fail(transport_error::connect_failed, last_failure_.message());
    if (refused_)
        return fail(
            transport_error::address_refused,
            "leads to an address that is not public; allow_private_addresses (ALLOW_PRIVATE_ADDRESSES) allows it");
    fail(transport_error::resolve_failed, "the name has no address");
}

void origin_connection::connected(const error_code& failure) {
    if (closed()) return;
    if (failure) {
        const bool given_up = failure == runtime::asio::error::operation_aborted;  // by check_deadlines()
        last_failure_ = given_up ? error_code(runtime::asio::error::timed_out) : failure;
        return try_next_address();
    }
    address_deadline_ = runtime::time_point::max();
    stage_ = stage::securing;
    secure();
}

void origin_connection::secured(const error_code& failure, std::string_view reason) {
    if (closed()) return;
    if (failure) return fail(transport_error::tls_failed, reason);
    buffer_.resize(first_buffer);
    ask();
    read_more();
}

void origin_connection::ask() {
    stage_ = stage::waiting;
    response_.start(exchange_.bytes.starts_with("HEAD "));
    write(exchange_.bytes);
}

void origin_connection::read_more() { read_into(buffer_.data() + filled_, buffer_.size() - filled_); }

void origin_connection::was_read(const error_code& failure, std::size_t bytes) {
    if (closed()) return;
    // While idle, neither an end nor further bytes belong to any request: the connection is of no use any more.
    if (stage_ == stage::idle) {
        if (!failure && is_out_of_step({buffer_.data() + filled_, bytes})) pool_->distrust();
        return pool_->dropped(*this);
    }
    if (failure) return lost(failure);
    filled_ += bytes;
    const bool filled_up = filled_ == buffer_.size();
    parse();
    if (closed()) return;
    if (filled_up && buffer_.size() < origin_response::head_limit) buffer_.resize(buffer_.size() * 2);
    if (filled_ == buffer_.size()) return fail(transport_error::malformed_response, "a line or head is too long");
    read_more();
}

void origin_connection::parse() {
    std::size_t used = 0;
    const auto progress = response_.feed(std::string_view(buffer_.data(), filled_), used);
    filled_ -= used;
    if (filled_ != 0 && used != 0) std::memmove(buffer_.data(), buffer_.data() + used, filled_);

    using enum origin_response::progress;
    if (progress == malformed) return fail(transport_error::malformed_response, "not an HTTP/1.x response");
    if (progress == cut) return answered(false, true);
    // A peer that has more to say than the response, or answered before it had read the request, is out of step.
    const std::string_view unasked(buffer_.data(), filled_);
    if (progress == complete && !unasked.empty() && is_out_of_step(unasked)) pool_->distrust();
    if (progress == complete) answered(response_.keep_alive() && filled_ == 0 && !writing_, false);
}

bool origin_connection::is_out_of_step(std::string_view unasked) {
    return !unasked.starts_with("HTTP/1.1 408") && !unasked.starts_with("HTTP/1.0 408");
}

void origin_connection::answered(bool reusable, bool cut) {
    reply r;
    r.status = response_.status();
    if (r.status == 429 || r.status == 503) r.retry_after = response_.retry_after();
    r.body = response_.body();
    r.body_cut = cut;
    used_before_ = true;
    stage_ = stage::idle;
    pool_->ended(*this, r, reusable);
}

void origin_connection::lost(const error_code& failure) {
    if (!response_.begun() && used_before_) return pool_->replace(*this);
    // In TLS 1.3 the peer looks at our certificate, or at its absence, when the handshake is over for us.
    if (failure.category() == runtime::asio::error::get_ssl_category())
        return fail(transport_error::tls_failed, failure.message());
    const bool ended = failure == runtime::asio::error::eof;
    if (ended && response_.end_of_stream() == origin_response::progress::complete) return answered(false, false);
    if (!ended) return fail(transport_error::closed, failure.message());
    fail(transport_error::closed, response_.begun() ? "the peer closed the connection before the end of its response"
                                                    : "the peer closed the connection without a response");
}

void origin_connection::fail(transport_error error, std::string_view reason) {
    reply r;
    r.error = error;
    r.reason = reason;
    pool_->ended(*this, r, false);
}

void origin_connection::check_deadlines(runtime::time_point now) {
    if (closed()) return;
    if (now < exchange_.deadline) {
        if (now >= address_deadline_) cancel_connect();
        return;
    }
    switch (stage_) {
        case stage::resolving:
            return fail(transport_error::timeout, "no address within the deadline");
        case stage::connecting:
            return fail(transport_error::timeout, "no connection within the deadline");
        case stage::securing:
            return fail(transport_error::timeout, "no TLS session within the deadline");
        case stage::waiting:
            return fail(transport_error::timeout, "no complete response within the deadline");
        case stage::fresh:
        case stage::idle:
        case stage::closed:
            return;
    }
}

void origin_connection::close() {
    if (closed()) return;
    stage_ = stage::closed;
    pool_ = nullptr;
    close_transport();
}

exchange origin_connection::take_exchange() { return std::exchange(exchange_, {}); }

}  // namespace tidings::http
