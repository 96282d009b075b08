#include "domain/replay_seals.hpp"

#include <utility>

namespace tidings::broadcaster {

namespace {

// A webhook-id contains no control characters: the signature of a webhook is never valid for a replay.
std::string signed_name(std::string_view endpoint_name, std::string_view event_id) {
    return "\x01replay\x01" + std::string(endpoint_name) + '\x01' + std::string(event_id);
}

// A key that depends on every byte of the token: its signature with a key that is public.
std::vector<std::string> key_of(std::string_view api_token) {
    auto mixer = signing::webhook_signer::create({"whsec_dGlkaW5ncyByZXBsYXlzIHdpdGhvdXQgc2VjcmV0cyE="});
    std::string signature;
    mixer.value().sign("tidings replays", 0, api_token, signature);
    return {"whsec_" + signature.substr(std::string_view("v1,").size())};
}

std::string_view take_word(std::string_view& list) {
    const auto blank = list.find(' ');
    const auto word = list.substr(0, blank);
    list = blank == std::string_view::npos ? std::string_view() : list.substr(blank + 1);
    return word;
}

bool equal(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

bool share_a_word(std::string_view list, std::string_view other) {
    bool found = false;
    while (!list.empty()) {
        const auto word = take_word(list);
        for (auto rest = other; !rest.empty();)
            found |= !word.empty() && equal(word, take_word(rest));
    }
    return found;
}

}  // namespace

replay_seals::replay_seals(const std::vector<endpoint>& endpoints, std::string_view api_token) {
    for (const auto& e : endpoints) {
        auto signer = signing::webhook_signer::create(e.secrets.empty() ? key_of(api_token) : e.secrets);
        if (signer) signers_.emplace(e.name, std::move(*signer));
    }
}

std::string replay_seals::seal(std::string_view endpoint_name, std::string_view event_id, std::string_view body) {
    std::string made;
    const auto signer = signers_.find(endpoint_name);
    if (signer != signers_.end()) signer->second.sign(signed_name(endpoint_name, event_id), 0, body, made);
    return made;
}

bool replay_seals::fits(std::string_view seal, std::string_view endpoint_name, std::string_view event_id,
                        std::string_view body) {
    constexpr std::size_t longest = 1'024;
    if (seal.empty() || seal.size() > longest || event_id.empty()) return false;
    return share_a_word(this->seal(endpoint_name, event_id, body), seal);
}

bool replay_seals::may_be_elsewheres(std::string_view seal, std::string_view endpoint_name) const {
    const bool like_ours = seal.starts_with("v1,") || seal.starts_with("v1a,");
    return like_ours && valid_endpoint_name(endpoint_name) && !signers_.contains(endpoint_name);
}

}  // namespace tidings::broadcaster
