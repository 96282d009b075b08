#include "http/server/response_writer.hpp"

#include <array>
#include <charconv>

#include "http/message/status.hpp"

namespace tidings::http {

namespace {

std::string chunk_head(std::size_t size) {
    std::array<char, 16> digits{};
    auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

std::shared_ptr<const std::string> shared_piece(std::string piece) {
    return std::make_shared<const std::string>(std::move(piece));
}

}  // namespace

runtime::task<bool> response_writer::send(const response& r, const reply_terms& terms) {
    if (const auto* s = std::get_if<stream>(&r)) co_return co_await send_stream(*s, terms);
    outgoing out("");
    if (const auto* c = std::get_if<content>(&r)) out = bytes_of(*c, terms);
    if (const auto* p = std::get_if<prepared>(&r)) out = bytes_of(*p, terms);
    if (const auto* t = std::get_if<takeover>(&r); t != nullptr && !t->sends_head)
        out = bytes_of(*t, framing::until_close, terms);
    io_.enter(phase::writing, timeout_);
    co_return io_.write_some(out) && (out.empty() || co_await io_.write(out, timeout_));
}

runtime::task<bool> response_writer::send_stream(const stream& r, const reply_terms& terms) {
    const bool chunked = !terms.http_1_0;
    if (!co_await io_.write(bytes_of(r, chunked ? framing::chunked : framing::until_close, terms), timeout_))
        co_return false;
    if (terms.head_only) co_return true;
    if (r.send_buffer > 0) io_.limit_send_buffer(r.send_buffer);
    for (;;) {
        io_.enter(phase::awaiting_piece, {});
        const auto shared = r.next_shared ? co_await r.next_shared() : shared_piece(co_await r.next());
        if (io_.was_cut()) co_return false;
        const std::string_view piece = *shared;
        const auto size = chunk_head(piece.size());
        if (!co_await io_.write(chunked ? outgoing(size, piece, "\r\n") : outgoing(piece), timeout_)) co_return false;
        if (piece.empty()) co_return true;
    }
}

outgoing response_writer::bytes_of(const content& r, const reply_terms& terms) {
    head_.clear();
    append_status_line(head_, r.status);
    append_exchange_lines(head_, terms.request_id, terms.after);
    head_ += terms.more;
    append_content_lines(head_, r, framing::length, r.body.size());
    const bool with_body = !terms.head_only && may_have_body(r.status);
    return outgoing(head_, with_body ? std::string_view(r.body) : std::string_view{});
}

outgoing response_writer::bytes_of(const prepared& r, const reply_terms& terms) {
    head_.clear();
    append_exchange_lines(head_, terms.request_id, terms.after);
    head_ += terms.more;
    const std::string_view all = r.bytes->in(r.coded);
    const auto status_line = all.substr(0, all.find("\r\n") + 2);
    const auto end = terms.head_only || !may_have_body(r.status) ? all.find("\r\n\r\n") + 4 : all.size();
    return outgoing(status_line, head_, all.substr(status_line.size(), end - status_line.size()));
}

outgoing response_writer::bytes_of(const response_head& r, framing f, const reply_terms& terms) {
    head_.clear();
    append_status_line(head_, r.status);
    append_exchange_lines(head_, terms.request_id, terms.after);
    head_ += terms.more;
    append_content_lines(head_, r, f);
    return outgoing(head_);
}

}  // namespace tidings::http
