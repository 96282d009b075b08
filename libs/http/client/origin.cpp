#include "http/client/origin.hpp"

#include "http/client/origin_pool.hpp"

namespace tidings::http {

struct origin::state final : origin_pool {
    using origin_pool::origin_pool;
};

origin::origin(runtime::asio::io_context& ctx, const url_parts& where, origin_options options)
    : state_(std::make_shared<state>(ctx, where, std::move(options))) {}

origin::~origin() { state_->shut_down(); }

void origin::send(std::string_view bytes, runtime::duration deadline, on_reply done) {
    state_->send(bytes, deadline, std::move(done));
}

std::size_t origin::in_flight() const { return state_->in_flight(); }
std::size_t origin::capacity() const { return state_->capacity(); }
void origin::cancel() { state_->cancel(); }

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
