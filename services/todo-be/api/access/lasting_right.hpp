// The right to go on with what takes long: an import, an export.
#pragma once

#include "domain/account_store.hpp"
#include "domain/right_over.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

class lasting_right {
  public:
    // Of one who was let in just now. `accounts` must outlive it; null where there are no users: then nothing ends.
    lasting_right(account_store* accounts, const request_access& access);

    // Throws right_over when the token has expired, or was revoked more than a second ago, by whichever replica, or the
    // user is no longer a member of the list, and store_unavailable when that cannot be known.
    runtime::task<> check();

  private:
    account_store* accounts_;
    request_access access_;
    runtime::time_point ask_at_;
};

}  // namespace tidings::todo_be
