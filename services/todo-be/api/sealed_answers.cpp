#include "api/sealed_answers.hpp"

#include <memory>

#include "signing/aes_gcm.hpp"
#include "text/decimal.hpp"
#include "text/hex.hpp"

namespace tidings::todo_be {

namespace {

// "7\n" before the answer: the version of the to-do.
std::string text_of(const kept_read& read) {
    std::string text;
    text.reserve(read.answer->plain.size() + 24);
    text::append_number(text, read.version);
    text += '\n';
    return text += read.answer->plain;
}

std::optional<kept_read> read_of(std::string_view text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto version = text::parse_number<std::int64_t>(text.substr(0, end));
    if (!version) return std::nullopt;
    http::prepared_bytes bytes{std::string(text.substr(end + 1)), {}, {}};
    return kept_read{std::make_shared<const http::prepared_bytes>(std::move(bytes)), *version};
}

}  // namespace

// No part but the last may hold a line break.
signing::hmac_sha256::digest sealed_answers::digest_of(std::string_view purpose, const answer_name& n) const {
    return hmac_.sign({purpose, "\n", std::to_string(n.owner.value), "\n", n.commit, "\n", n.what});
}

std::string sealed_answers::key_of(const answer_name& n) const { return "tidings:" + text::hex(digest_of("name", n)); }

std::string sealed_answers::seal(const answer_name& n, const kept_read& read) const {
    return signing::seal(digest_of("seal", n), text_of(read));
}

std::optional<kept_read> sealed_answers::open(const answer_name& n, std::string_view sealed) const {
    const auto text = signing::open_sealed(digest_of("seal", n), sealed);
    return text ? read_of(*text) : std::nullopt;
}

}  // namespace tidings::todo_be
