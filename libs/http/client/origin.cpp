#include "http/client/origin.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <utility>

#include "http/client/pool.hpp"
#include "http/client/pool_directory.hpp"

namespace tidings::http {

namespace {

client::pool_key key_of(const url_parts& where, const origin_options& o) {
    return {where.scheme, where.host, where.port, o.verify_tls, o.ca_file, o.allow_private_addresses};
}

void answer(const origin::on_reply& done, transport_error error, std::string_view reason) {
    reply r;
    r.error = error;
    r.reason = reason;
    r.ended = runtime::now();
    done(r);
}

}  // namespace

struct origin::unsent {
    std::string why;
    on_reply done;
};

origin::origin(runtime::asio::io_context& ctx, const url_parts& where, const origin_options& options)
    : ctx_(ctx),
      key_(std::make_unique<client::pool_key>(key_of(where, options))),
      connections_(options.connections),
      response_limit_(options.response_limit) {}

origin::~origin() {
    closed_ = true;
    cancel();
    if (const auto p = pool_.lock()) p->part();
}

// Throws boost::system::system_error when ca_file cannot be read.
std::shared_ptr<client::pool> origin::join() {
    auto p = runtime::asio::use_service<client::pool_directory>(ctx_).find(*key_);
    p->join();
    pool_ = p;
    return p;
}

void origin::send(request_bytes r, runtime::duration deadline, on_reply done) {
    assert(in_flight() < connections_);
    if (closed_)  // from within the destructor: it asks for an answer after it
        return runtime::asio::post(ctx_,
                                   [done = std::move(done)] { answer(done, transport_error::cancelled, "cancelled"); });
    auto p = pool_.lock();
    try {
        if (!p) p = join();
    } catch (const boost::system::system_error& e) {
        return answer_later(e.what(), std::move(done));
    }
    p->send(r, deadline, response_limit_, std::move(done), &in_flight_);
}

void origin::answer_later(std::string why, on_reply done) {
    ++in_flight_;
    unsent_.push_back({std::move(why), std::move(done)});
    runtime::asio::post(ctx_, [this, alive = std::weak_ptr<void>(alive_)] {
        if (alive.expired() || unsent_.empty()) return;
        const auto u = std::move(unsent_.front());
        unsent_.pop_front();
        --in_flight_;
        answer(u.done, transport_error::tls_failed, u.why);
    });
}

void origin::cancel() {
    const auto ended = std::exchange(unsent_, {});
    in_flight_ -= ended.size();
    for (const auto& u : ended)
        answer(u.done, transport_error::cancelled, "cancelled");
    if (const auto p = pool_.lock()) p->cancel(&in_flight_);
}

std::string_view to_string(transport_error e) {
    switch (e) {
        case transport_error::none:
            return "none";
        case transport_error::resolve_failed:
            return "resolve_failed";
        case transport_error::address_refused:
            return "address_refused";
        case transport_error::connect_failed:
            return "connect_failed";
        case transport_error::tls_failed:
            return "tls_failed";
        case transport_error::timeout:
            return "timeout";
        case transport_error::closed:
            return "closed";
        case transport_error::malformed_response:
            return "malformed_response";
        case transport_error::no_descriptors:
            return "no_descriptors";
        case transport_error::cancelled:
            return "cancelled";
    }
    return "unknown";
}

}  // namespace tidings::http
