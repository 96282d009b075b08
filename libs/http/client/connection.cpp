#include "http/client/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cassert>
#include <cstring>

#include "http/client/address_policy.hpp"

namespace tidings::http::client {

namespace asio = runtime::asio;

namespace {

constexpr std::size_t first_buffer = 2'048;
constexpr std::size_t most_buffer = 16'384;
static_assert(most_buffer > response::line_limit);  // what the response leaves always fits
constexpr std::chrono::milliseconds pause_without_descriptors{20};
constexpr auto as_tuple = asio::as_tuple(runtime::use_task);

}  // namespace

connection::connection(connection_owner& owner, const connection_context& context, std::size_t slot)
    : owner_(&owner), context_(context), slot_(slot), stream_(context.ex, context.tls) {}

void connection::start(exchange e) {
    exchange_ = std::move(e);
    // run() is reading already, so as to notice the end of an idle connection.
    if (stage_ == stage::idle) return send_request();
    assert(stage_ == stage::fresh);
    stage_ = stage::resolving;
    context_.addresses->get([self = shared_from_this()](const error_code& failure, const auto& found) {
        if (self->closed()) return;
        if (failure) return self->fail(transport_error::resolve_failed, failure.message());
        asio::co_spawn(self->context_.ex, run(self, found), [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);  // by `done`: its caller is the loop
        });
    });
}

// From the first address to the end of the connection. After each wait it may have been closed.
runtime::task<> connection::run(std::shared_ptr<connection> self, addresses::list found) {
    auto& c = *self;
    if (!co_await c.connect(std::move(found)) || !co_await c.secure()) co_return;
    c.buffer_.resize(first_buffer);
    c.send_request();
    while (!c.closed()) {
        // What a read took whose handler has not run yet would be missed by look(), and answer the next request.
        if (c.stage_ == stage::idle && !c.stream_.has_decrypted()) {
            co_await c.stream_.async_wait_readable(as_tuple);
            if (c.closed()) co_return;
        }
        const auto room = asio::buffer(c.buffer_.data() + c.filled_, c.buffer_.size() - c.filled_);
        const auto [failure, bytes] = co_await c.stream_.async_read_some(room, as_tuple);
        if (!c.closed()) c.was_read(failure, bytes);
    }
}

// False when the exchange, or the connection, has ended.
runtime::task<bool> connection::connect(addresses::list found) {
    stage_ = stage::connecting;
    error_code last_failure;
    bool refused = false;
    auto left = found->size();
    for (const auto& where : *found) {
        --left;
        if (!context_.allow_private_addresses && !is_public_address(where.address())) {
            refused = true;
            continue;
        }
        where_ = where;
        const auto failure = co_await connect_to(where, left);
        if (closed()) co_return false;
        address_deadline_ = runtime::time_point::max();
        if (!failure) co_return true;
        const bool overdue = failure == asio::error::operation_aborted;  // see check_deadlines()
        last_failure = overdue ? error_code(asio::error::timed_out) : failure;
    }
    context_.addresses->forget();
    if (last_failure)
        fail(transport_error::connect_failed, last_failure.message());
    else if (refused)
        fail(transport_error::address_refused, "leads to an address that is not public");
    else
        fail(transport_error::resolve_failed, "the name has no address");
    co_return false;
}

// That no descriptor is free is nothing of the peer's: it waits for one.
runtime::task<boost::system::error_code> connection::connect_to(addresses::tcp::endpoint where, std::size_t left) {
    for (;;) {
        address_deadline_ = deadline_of_address(runtime::now(), exchange_.deadline, left);
        const auto [failure] = co_await stream_.async_connect(where, as_tuple);
        if (closed()) co_return failure;
        starved_ = failure == boost::system::errc::too_many_files_open ||
                   failure == boost::system::errc::too_many_files_open_in_system;
        if (!starved_) co_return failure;
        if (context_.room) context_.room->make();
        co_await runtime::sleep_for(pause_without_descriptors);
        if (closed()) co_return failure;
    }
}

runtime::task<bool> connection::secure() {
    if (!stream_.is_tls()) co_return true;
    stage_ = stage::securing;
    if (const auto failure = stream_.expect_host(context_.host)) {
        fail(transport_error::tls_failed, failure.message());
        co_return false;
    }
    const auto [failure] = co_await stream_.async_handshake(as_tuple);
    if (closed()) co_return false;
    if (failure) fail(transport_error::tls_failed, stream_.handshake_failure(failure));
    co_return !failure;
}

void connection::send_request() {
    stage_ = stage::waiting;
    response_.start(exchange_.bytes.head.starts_with("HEAD "), exchange_.response_limit);
    unsent_ = exchange_.bytes;
    // Nearly always the socket takes all of it, and there is nothing to wait for.
    error_code failure;
    unsent_.remove_prefix(stream_.write_some(unsent_, failure));
    // Any other failure shows in the read as well, which knows whether a response came first.
    if (!unsent_.empty() && (!failure || failure == asio::error::would_block)) write_rest();
}

// Not asio::async_write: it would continue after close(), when the caller's bytes are already gone.
void connection::write_rest() {
    stream_.async_write_some(unsent_, [self = shared_from_this()](const error_code& failure, std::size_t bytes) {
        if (failure || self->closed()) return;
        self->unsent_.remove_prefix(bytes);
        if (!self->unsent_.empty()) self->write_rest();
    });
}

void connection::was_read(const error_code& failure, std::size_t bytes) {
    // While idle, neither an end nor further bytes belong to any request.
    if (stage_ == stage::idle)
        return owner_->idle_ended(*this, failure ? idle_state::ended : meaning_of({buffer_.data() + filled_, bytes}));
    if (failure) return lost(failure);
    filled_ += bytes;
    const bool filled_up = filled_ == buffer_.size();
    read_to_its_end_ = !filled_up && !stream_.is_tls();  // TLS gives a record at a time
    parse();
    if (closed()) return;
    if (filled_up && buffer_.size() < most_buffer) buffer_.resize(buffer_.size() * 2);
}

void connection::parse() {
    std::size_t used = 0;
    const auto progress = response_.feed(std::string_view(buffer_.data(), filled_), used);
    filled_ -= used;
    if (filled_ != 0 && used != 0) std::memmove(buffer_.data(), buffer_.data() + used, filled_);

    switch (progress) {
        case response::progress::more:
            return;
        case response::progress::malformed:
            return malformed();
        case response::progress::cut:
            return answered(true, false, false);
        case response::progress::complete: {
            // A peer that sends more than the response, or answers before it has read the request, is out of step.
            const std::string_view unasked(buffer_.data(), filled_);
            const bool reusable = response_.keep_alive() && unasked.empty() && unsent_.empty();
            return answered(false, reusable, !unasked.empty() && meaning_of(unasked) == idle_state::out_of_step);
        }
    }
}

// Bytes that begin no response are the late end of the last one, or of a peer that speaks something else.
void connection::malformed() {
    reply r;
    r.error = transport_error::malformed_response;
    r.reason = response_.problem();
    const bool begun = response_.begun();
    end_exchange(r, {.how = begun ? exchange_end::kind::failed : exchange_end::kind::lost, .out_of_step = !begun});
}

void connection::answered(bool cut, bool reusable, bool out_of_step) {
    reply r;
    r.status = response_.status();
    if (r.status == 429 || r.status == 503) r.retry_after = response_.retry_after();
    r.body = response_.body();
    r.body_cut = cut;
    end_exchange(r, {.how = exchange_end::kind::answered, .reusable = reusable, .out_of_step = out_of_step});
}

void connection::lost(const error_code& failure) {
    constexpr auto lost = exchange_end::kind::lost;
    const bool ended = failure == asio::error::eof;
    if (ended && response_.end_of_stream() == response::progress::complete) return answered(false, false, false);
    // In TLS 1.3 the peer looks at our certificate, or at its absence, when the handshake is over for us.
    if (failure.category() == asio::error::get_ssl_category())
        return fail(transport_error::tls_failed, failure.message(), lost);
    if (!ended) return fail(transport_error::closed, failure.message(), lost);
    fail(transport_error::closed,
         response_.begun() ? "the peer closed the connection before the end of its response"
                           : "the peer closed the connection without a response",
         lost);
}

void connection::fail(transport_error error, std::string_view reason, exchange_end::kind how) {
    reply r{.error = error, .reason = reason};
    end_exchange(r, {.how = how});
}

void connection::end_exchange(reply& r, exchange_end end) {
    end.used_before = std::exchange(used_before_, true);
    end.response_begun = response_.begun();
    stage_ = stage::idle;
    owner_->exchange_ended(*this, r, end);
}

bool connection::overdue(runtime::time_point now) const {
    return under_way() && (now >= exchange_.deadline || now >= address_deadline_);
}

std::string_view connection::what_is_missing() const {
    switch (stage_) {
        case stage::resolving:
            return "no address within the deadline";
        case stage::connecting:
            return "no connection within the deadline";
        case stage::securing:
            return "no TLS session within the deadline";
        default:
            return "no complete response within the deadline";
    }
}

void connection::check_deadlines(runtime::time_point now) {
    if (!under_way()) return;
    if (now >= exchange_.deadline && starved_) return fail(transport_error::no_descriptors, "too many open files");
    if (now >= exchange_.deadline) return fail(transport_error::timeout, what_is_missing());
    if (now >= address_deadline_) stream_.cancel();
}

void connection::close() {
    if (closed()) return;
    stage_ = stage::closed;
    owner_ = nullptr;
    stream_.close();
}

}  // namespace tidings::http::client
