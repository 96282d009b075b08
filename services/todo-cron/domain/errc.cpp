#include "domain/errc.hpp"

#include <string>

namespace tidings::todo_cron {

namespace {

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "todo-cron"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::location_missing:
                return "the redirect has no Location";
            case errc::location_too_long:
                return "the Location is longer than 2048 bytes";
            case errc::not_a_url:
                return "not a URL";
            case errc::not_http:
                return "not an http:// or https:// URL";
            case errc::has_user_info:
                return "a URL with user or password is not accepted";
            case errc::no_host:
                return "a URL without a host";
            case errc::has_query:
                return "must not have a query or a fragment";
        }
        return "unknown error";
    }
};

}  // namespace

const boost::system::error_category& cron_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), cron_category()}; }

}  // namespace tidings::todo_cron
