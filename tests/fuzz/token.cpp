// Bearer tokens: of all texts, those that were signed, and no others, are accepted.
#include <algorithm>
#include <array>

#include "fuzz/fuzz.hpp"
#include "identity/token_check.hpp"

namespace tidings::fuzz {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view published =
    R"({"keys":[{"kty":"RSA","n":"7yKiwoCuceO3aJz-oYiL_rXm33GlaUtTrJ1oQHGyE7cun1n1DEUL0RiDoOq3e03B5lv7cpI7d)"
    R"(W8EfUDJtCuoGEkSdFFb0_dmPZBqbyOrJQWHCkxwvT_ZdtG2_pcG0nZ6-2vIEGnqMRZ0SV2gOkDRZOwwuUY12Fz8DP7alosSIAEby)"
    R"(DIHoMrg9OJX1pEHfQgqgBKtui91E3kcuqlxCBTnvfgwAoj4VF5SuH5Bl3gk-04enD6XM6zWB270a4Lkpq3lz9mFk4ZjXMD14rH_4)"
    R"(BmmyouApod5WqMKV_UWq4KFIV742iGDDq25gECugb9TiIb7ihoF9flb2jX7gu91FdjLBw","e":"AQAB","kid":"RS256","alg)"
    R"(":"RS256","use":"sig"},{"kty":"EC","x":"vrX8sKyI2gZJhscZsRB_guMzHCM2U7G36YxqM9SqFMg","y":"IShHei3OPv)"
    R"(YSisgrduzIb2Z--cSmlLBwBLKdNHHdKSc","crv":"P-256","kid":"ES256","alg":"ES256","use":"sig"},{"crv":"Ed)"
    R"(25519","x":"1MDkTS5BZZhQUtaqPzb3DlcAA8uwf4NWx94qfaFkpyw","kty":"OKP","kid":"EdDSA","alg":"EdDSA","us)"
    R"(e":"sig"}]})";

// Also the seeds. Nobody has the keys any more.
constexpr std::array<std::string_view, 3> signed_tokens{
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29t"
    "IiwiYXVkIjpbInRvZG8iXSwic3ViIjoiYW5uYSIsIm5hbWUiOiJBbm5hIiwic2NvcGUiOiJhIGIiLCJpYXQiOjE4MDAwMDAwMDAs"
    "Im5iZiI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwfQ.scTUNyKtnWVyI7WgPOBm1NGGSynNWmA6Wm6Qv6rdw7xbNFxFgpSTH"
    "IKaxA3h6_h95M3CAYTR-A0yvbaPi9rB56RK6P9ck6cgAHiFqbXg-0x9yxjK8rHoPSsm5ZhMBfKtmV59mXxV5040350sl5am1FeQE"
    "KI2XHsyNvp5cYcdFTMrnjqbYJLDqx5nZX8rgfEtaPj5Ry6kKt8_9gQgkS3p4pw5czltcedovfUr49WzvfbeFzwcB5ZeLWudiq-8J"
    "mRUDNkkIJwqH97hIVTuDnuAEFBu33uC9JHBVnYDH9azzH8ACGoLWx2hR3ZedrD0Bg2oXl4fW2GONfrePOXM-mNciQ",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29t"
    "IiwiYXVkIjpbInRvZG8iXSwic3ViIjoiYW5uYSIsIm5hbWUiOiJBbm5hIiwic2NvcGUiOiJhIGIiLCJpYXQiOjE4MDAwMDAwMDAs"
    "Im5iZiI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwfQ.EAbEq-pl-Y_EdgogHq3OTPuMhoa6dCXYlH9vjnROq7TMmXsCXdVYn"
    "pHPtToeIeXCAVVSbHBMKT52pwtSiUra-Q",
    "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29t"
    "IiwiYXVkIjpbInRvZG8iXSwic3ViIjoiYW5uYSIsIm5hbWUiOiJBbm5hIiwic2NvcGUiOiJhIGIiLCJpYXQiOjE4MDAwMDAwMDAs"
    "Im5iZiI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwfQ.SbH05raN0Dw6mkRuX8WZMmywHll6TmvIJMvVT-2rknMA2gVRtkr4A"
    "rgRES4rqcs2acxty1YV7y6qjZoeD2CwAA"};

const identity::key_set& keys() {
    static const auto set = *identity::key_set::parse(published);
    return set;
}

}  // namespace

void check(std::string_view bytes) {
    static const identity::expectations expected{.issuer = "https://id.example.com", .audience = "todo", .skew = 60s};
    constexpr std::chrono::system_clock::time_point now(1'800'000'010s);
    const auto who = identity::check_token(bytes, keys(), expected, now);
    const bool ours = std::ranges::find(signed_tokens, bytes) != signed_tokens.end();
    require(who.has_value() == ours, "what was signed is accepted, and nothing else");
    if (const auto parsed = identity::parse_compact(bytes)) {
        const auto said = identity::read_claims(parsed->claims, expected, now);
        require(!said || (!said->subject.empty() && said->subject.size() <= identity::longest_subject), "a subject");
        require(!said || said->expires + expected.skew > now, "not expired");
    }
}

}  // namespace tidings::fuzz
