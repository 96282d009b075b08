#include "http/server/server_context.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>

namespace tidings::http {

namespace asio = runtime::asio;

void server_context::report_failure(const request& r, const std::exception_ptr& failure) const {
    if (!options.on_failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        options.on_failure(r, e);
    } catch (...) {
        options.on_failure(r, std::runtime_error("something that is not a std::exception was thrown"));
    }
}

void spawn_until_cancelled(const runtime::executor& ex, runtime::task<> t) {
    asio::co_spawn(ex, std::move(t), [](const std::exception_ptr& failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& e) {
            if (e.code() != asio::error::operation_aborted) throw;
        }
    });
}

}  // namespace tidings::http
