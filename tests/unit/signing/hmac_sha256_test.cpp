#include "signing/hmac_sha256.hpp"

#include "support/catch.hpp"
#include "text/hex.hpp"

using tidings::signing::hmac_sha256;

// RFC 4231, 4.2, 4.3 and 4.7.
TEST_CASE("HMAC-SHA256 signs as RFC 4231 says, whatever the length of the key") {
    struct row {
        std::string key, text, expected;
    };
    const row rows[] = {
        {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (const auto& r : rows) {
        const hmac_sha256 key(r.key);
        for (const auto cut : {std::size_t(0), std::size_t(3), r.text.size()}) {
            const auto text = std::string_view(r.text);
            std::string hex;
            for (const auto byte : key.sign({text.substr(0, cut), text.substr(cut)}))
                tidings::text::append_hex(hex, byte);
            CHECK(hex == r.expected);
        }
    }
}
