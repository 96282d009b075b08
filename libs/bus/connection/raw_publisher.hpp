// cnats' publish calls, with our errors.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

#include "bus/connection/message.hpp"

struct __natsConnection;

namespace tidings::bus {

class raw_publisher {
  public:
    // Does not wait: the bytes leave with this turn of the loop. Null `nc`: disconnected. `reply` may be empty.
    boost::system::error_code publish(__natsConnection* nc, std::string_view subject, std::string_view reply,
                                      std::string_view payload);
    boost::system::error_code publish(__natsConnection* nc, std::string_view subject, std::string_view reply,
                                      const headers& h, std::string_view payload);

  private:
    std::string subject_, reply_;  // cnats takes NUL-terminated text; these keep their memory
};

}  // namespace tidings::bus
