#include "http/client/origin.hpp"

#include <cassert>

#include "http/client/pool.hpp"

namespace tidings::http {

namespace {

client::pool_key key_of(const url_parts& where, const origin_options& o) {
    return {where.scheme, where.host, where.port, o.verify_tls, o.ca_file, o.allow_private_addresses};
}

}  // namespace

origin::origin(runtime::asio::io_context& ctx, const url_parts& where, const origin_options& options)
    : pool_(std::make_shared<client::pool>(ctx.get_executor(), key_of(where, options))),
      connections_(options.connections),
      response_limit_(options.response_limit) {}

origin::~origin() { pool_->shut_down(); }

void origin::send(std::string_view bytes, runtime::duration deadline, on_reply done) {
    assert(in_flight() < connections_);
    pool_->send(bytes, deadline, response_limit_, std::move(done));
}

std::size_t origin::in_flight() const { return pool_->in_flight(); }
void origin::cancel() { pool_->cancel(); }

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
        case transport_error::cancelled:
            return "cancelled";
    }
    return "unknown";
}

}  // namespace tidings::http
