#include "http/client/response.hpp"

#include <algorithm>
#include <memory>

#include "http/client/last_chunk.hpp"

namespace tidings::http::client {

namespace beast_http = boost::beast::http;

void response::start(bool to_head, std::size_t body_limit) {
    to_head_ = to_head;
    body_limit_ = body_limit;
    begun_ = false;
    interim_ = 0;
    parser_is_stale_ = true;
}

void response::start_parser() {
    parser_is_stale_ = false;
    head_taken_ = 0;
    status_ = 0;
    keep_alive_ = false;
    retry_after_.clear();
    body_.clear();
    // A Beast parser reads one message only; a new one in the same place allocates nothing.
    std::destroy_at(&parser_);
    std::construct_at(&parser_, *this, to_head_);
}

response::progress response::feed(std::string_view bytes, std::size_t& used) {
    used = 0;
    if (parser_is_stale_) start_parser();
    begun_ = begun_ || !bytes.empty();
    while (used < bytes.size()) {
        if (not_http(bytes.substr(used))) return progress::malformed;
        if (too_short_for_chunks(parser_, bytes.size() - used)) return progress::more;
        boost::beast::error_code failure;
        const auto taken = parser_.put(boost::asio::buffer(bytes.substr(used)), failure);
        used += taken;
        if (head_too_long(taken, bytes.size() - used)) return progress::malformed;
        if (failure == beast_http::error::need_more) return progress::more;
        if (failure == beast_http::error::body_limit) return progress::cut;
        if (failure) return progress::malformed;
        if (!parser_.is_done()) continue;
        // 101 is final for this request: the peer means to speak another protocol from here on.
        if (status_ >= 200 || status_ == 101) return finished();
        if (++interim_ > interim_limit) return progress::malformed;
        start_parser();
    }
    return progress::more;
}

// Beast would wait for the end of the line or head before it looks; a peer that speaks something else never sends one.
bool response::not_http(std::string_view bytes) const {
    constexpr std::string_view beginning = "HTTP/1.";
    if (head_taken_ != 0 || parser_.is_header_done()) return false;
    const auto n = std::min(bytes.size(), beginning.size());
    return bytes.substr(0, n) != beginning.substr(0, n);
}

// Beast's header_limit (as of Boost 1.83) holds for what one put() is shown: a head that arrives line by line would
// never reach it.
bool response::head_too_long(std::size_t taken, std::size_t left) {
    if (parser_.is_header_done()) return false;
    head_taken_ += taken;
    return head_taken_ + left > head_limit;
}

response::progress response::finished() {
    keep_alive_ = parser_.keep_alive() && status_ != 101;
    return progress::complete;
}

response::progress response::end_of_stream() {
    if (!begun_ || !parser_.got_some()) return progress::more;
    boost::beast::error_code failure;
    parser_.put_eof(failure);
    return failure ? progress::more : finished();
}

response::parser::parser(response& owner, bool to_head) : owner_(owner) {
    eager(true);
    skip(to_head);
    header_limit(head_limit);
    body_limit(boost::none);  // ours keeps what fits, Beast's would drop it all
}

void response::parser::on_response_impl(int status, text, int, error_code& failure) {
    // Here, because what follows of the response may keep feed() from looking.
    if (status < 100 || status > 599) failure = beast_http::error::bad_status;
    owner_.status_ = static_cast<unsigned>(status);
}

void response::parser::on_field_impl(beast_http::field name, text, text value, error_code&) {
    if (head_done_) return;
    if (name == beast_http::field::retry_after) owner_.retry_after_.assign(value.data(), value.size());
}

std::size_t response::parser::on_body_impl(text bytes, error_code& failure) {
    const auto fits = std::min(bytes.size(), owner_.body_limit_ - owner_.body_.size());
    owner_.body_.append(bytes.data(), fits);
    if (fits < bytes.size()) failure = beast_http::error::body_limit;
    return fits;
}

std::size_t response::parser::on_chunk_body_impl(std::uint64_t, text bytes, error_code& failure) {
    return on_body_impl(bytes, failure);
}

}  // namespace tidings::http::client
