// Who a bearer token speaks for (RFC 6750).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "identity/principal.hpp"
#include "runtime/task.hpp"

namespace tidings::identity {

struct refusal {
    enum class kind { invalid_token, unavailable };  // unavailable: keys cannot be had now (503 with Retry-After)
    kind what;
    std::string why;  // for error_description: what is wrong, never the token
};

class verifier {
  public:
    verifier() = default;
    verifier(const verifier&) = delete;
    verifier& operator=(const verifier&) = delete;
    virtual ~verifier() = default;

    // Answers within 5 s, mostly at once. Throws nothing but std::bad_alloc.
    virtual runtime::task<std::variant<principal, refusal>> verify(std::string_view token) = 0;
};

}  // namespace tidings::identity
