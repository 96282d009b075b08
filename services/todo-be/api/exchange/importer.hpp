// One import: a file is read as it arrives, and written in commits of up to 1,000 to-dos.
#pragma once

#include <string>
#include <vector>

#include "api/access/lasting_right.hpp"
#include "api/exchange/import_batch.hpp"
#include "api/exchange/import_report.hpp"
#include "domain/todo_store.hpp"
#include "http/message/body_stream.hpp"

namespace tidings::todo_be {

struct import_options {
    file_format format;
    bool dry_run = false;         // nothing is written
    std::string idempotency_key;  // empty: none
};

class importer {
  public:
    // All references must outlive it.
    importer(todo_store& store, import_options options, const request_context& context, lasting_right right);

    // Reads and writes all of it. Fails with file_invalid (`wrong` says why) or idempotency_key_reused; throws
    // store_unavailable, right_over and http::body_error: what was written until then stays.
    runtime::task<result<>> run(http::body_stream& body, violations& wrong);

    const import_report& report() const { return report_; }
    std::size_t settled_line() const { return settled_line_; }  // up to here all is written or reported

  private:
    using outcomes = std::vector<result<ids::uuid>>;  // one for each row

    runtime::task<> resolve(std::vector<import_row>& rows);
    runtime::task<result<>> take(std::vector<import_row> rows);
    runtime::task<result<>> settle();
    runtime::task<result<outcomes>> write(std::size_t begin, std::size_t end, std::string part);
    runtime::task<outcomes> check();
    std::optional<idempotency> once(const std::string& part, std::size_t begin, std::size_t end) const;

    todo_store& store_;
    import_options options_;
    const request_context& context_;
    lasting_right right_;
    import_report report_;
    import_batch batch_;
    std::size_t batches_ = 0;
    std::size_t settled_line_ = 0;
};

}  // namespace tidings::todo_be
