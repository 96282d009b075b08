#include "identity/verified_tokens.hpp"

#include <openssl/sha.h>

#include <cstring>

namespace tidings::identity {

std::size_t verified_tokens::first_bytes::operator()(const digest& d) const {
    std::size_t hash = 0;
    std::memcpy(&hash, d.data(), sizeof hash);
    return hash;
}

verified_tokens::digest verified_tokens::digest_of(std::string_view token) {
    digest d;
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), d.data());
    return d;
}

const principal* verified_tokens::find(std::string_view token, std::chrono::system_clock::time_point now) {
    const auto found = by_digest_.find(digest_of(token));
    if (found == by_digest_.end()) return nullptr;
    if (now >= found->second->who.expires) {
        forget(found->second);
        return nullptr;
    }
    tokens_.splice(tokens_.begin(), tokens_, found->second);
    return &tokens_.front().who;
}

void verified_tokens::remember(std::string_view token, const principal& who) {
    const auto key = digest_of(token);
    if (const auto known = by_digest_.find(key); known != by_digest_.end()) forget(known->second);
    tokens_.push_front({key, who});
    by_digest_.emplace(key, tokens_.begin());
    if (tokens_.size() > most_) forget(std::prev(tokens_.end()));
}

void verified_tokens::clear() {
    by_digest_.clear();
    tokens_.clear();
}

void verified_tokens::forget(std::list<known>::iterator which) {
    by_digest_.erase(which->token);
    tokens_.erase(which);
}

}  // namespace tidings::identity
